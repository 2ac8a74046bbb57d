import { objectives } from '../../contract/objectives.ts';
import { above, equal, maxOf, minOf, quantile, rate, ratio, unless, zeroThroughout } from '../prometheus/promql.ts';
import { type Alert, alertNames } from './alert.ts';

export const dependencyThresholds = {
  /** Operations a second without a dependency, six in five minutes: more than single timeouts on a busy machine. */
  fallbacks: 0.02,
  /** Share of the calls to one text model that fail. */
  modelFailures: 0.1,
  /** Seconds that the oldest chunk of a batch waits. */
  queueAge: 900,
  /** Seconds of a statement at the quantile of its objective. */
  statementSeconds: 0.25,
  /** Invalid keys and tokens a second: more than clients with an old key send. */
  rejectedCredentials: 1,
  /** Seconds of delay of the event loop at p99: above it, no latency objective can be met. */
  eventLoopSeconds: 0.25,
} as const;

const down = (dependency: string) => equal(minOf('dependencyUp', { dependency: { matches: dependency } }, { by: ['dependency'] }), 0);
const downFor = '2m';
const dependencyDown = {
  alert: alertNames.dependency,
  for: downFor,
  summary: 'A dependency does not answer',
  description: 'A process has not reached {{ $labels.dependency }} for two minutes',
  runbook: 'dependencies.md',
} as const;

/** Alerts on what the service depends on, and on work that waits. */
export const dependencyAlerts: readonly Alert[] = [
  { ...dependencyDown, expression: down('database'), severity: 'critical' },
  { ...dependencyDown, expression: down('cache|replica'), severity: 'warning' },
  {
    alert: 'FallbackInUse',
    // Not while it is down: DependencyDown fires then, and the rate stays above 0 after the recovery.
    expression: unless(
      above(rate('fallbacks', '5m', {}, { by: ['dependency'] }), dependencyThresholds.fallbacks),
      zeroThroughout('dependencyUp', downFor, ['dependency']),
    ),
    for: '10m',
    severity: 'warning',
    summary: 'A fallback has been in use for ten minutes',
    description: 'Operations of {{ $labels.dependency }} fail again and again, and are done by each process alone',
    runbook: 'dependencies.md',
  },
  {
    alert: 'TextModelFailing',
    expression: above(
      ratio(
        rate('modelRequests', '2m', { outcome: { matches: 'error|timeout' } }, { by: ['model'] }),
        rate('modelRequests', '2m', { outcome: { isNot: 'cancelled' } }, { by: ['model'] }),
      ),
      dependencyThresholds.modelFailures,
    ),
    // Longer than its window: a burst that is over does not fire.
    for: '3m',
    severity: 'warning',
    summary: 'A text model fails',
    description: `More than ${dependencyThresholds.modelFailures * 100} % of the calls to {{ $labels.model }} fail or time out; other models answer if there are any`,
    runbook: 'models.md',
  },
  {
    alert: 'CredentialsRejected',
    expression: above(rate('credentialsRejected', '5m'), dependencyThresholds.rejectedCredentials),
    for: '10m',
    severity: 'warning',
    summary: 'Many invalid keys or tokens are presented',
    description: `More than ${dependencyThresholds.rejectedCredentials} request per second has an unknown, revoked or expired credential`,
    runbook: 'keys.md',
    security: true,
  },
  {
    alert: 'DatabaseSlow',
    // A shorter window: slow statements at the start of a process do not fire.
    expression: above(quantile(objectives.statementLatency.quantile, 'databaseDuration', '2m'), dependencyThresholds.statementSeconds),
    for: '5m',
    severity: 'warning',
    summary: 'Statements of the database are slow',
    description: `One in twenty takes longer than ${dependencyThresholds.statementSeconds} s`,
    runbook: 'database.md',
  },
  {
    alert: 'QueueOld',
    expression: above(maxOf('queueAge'), dependencyThresholds.queueAge),
    for: '5m',
    severity: 'warning',
    summary: 'Batches wait too long',
    description: `The oldest chunk has waited for more than ${dependencyThresholds.queueAge / 60} minutes`,
    runbook: 'queue.md',
  },
  {
    alert: 'EventLoopBlocked',
    expression: above(maxOf('eventLoopLag', {}, { by: ['component'] }), dependencyThresholds.eventLoopSeconds),
    for: '5m',
    severity: 'warning',
    summary: 'A process is blocked by computation',
    description: `{{ $labels.component }}: the event loop is ${dependencyThresholds.eventLoopSeconds} s late at p99`,
    runbook: 'resources.md',
  },
];
