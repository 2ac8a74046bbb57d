import type { latencyBuckets } from '../../contract/metrics.ts';
import { objectives } from '../../contract/objectives.ts';
import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { quantityValue } from '../constructs/quantity.ts';
import { type Environment, hasNews } from '../environments/environment.ts';
import {
  above,
  absent,
  always,
  below,
  dividedBy,
  equal,
  gauge,
  increase,
  maxOf,
  maxRate,
  maxRatio,
  plus,
  quantile,
  rate,
  ratio,
  type TargetScope,
} from '../prometheus/promql.ts';
import { restTraffic, userTraffic } from '../prometheus/traffic.ts';
import { type Alert, alertNames } from './alert.ts';
import { annotationsOf } from './alert-annotations.ts';
import { burnRateAlerts } from './burn-rate-alerts.ts';
import { dependencyAlerts } from './dependency-alerts.ts';
import { newsAlerts } from './news-alerts.ts';
import { objectiveGroups } from './objective-rules.ts';
import { platformAlerts } from './platform-alerts.ts';

/** The fields of an environment that alerts depend on. */
export type AlertScope = Pick<Environment, 'names' | 'namespace' | 'workloads' | 'database' | 'edge' | 'contacts' | 'links' | 'monitoring'>;

export const alertThresholds = {
  /** Share of responses that are 5xx. */
  errorRatio: 0.05,
  /** Seconds at p95. */
  latencySeconds: 2 satisfies (typeof latencyBuckets)[number],
  /** Seconds at the median. */
  responseSeconds: 1 satisfies (typeof latencyBuckets)[number],
  /** Of a container's limit. */
  cpuShare: 0.9,
  memoryShare: 0.95,
  cacheHitRate: objectives.cacheHitRate.target,
  /** Of the connections that a process may open. */
  databasePoolShare: objectives.databasePool.share,
  /** Logins in ten minutes that fail or are rejected: more than people mistype, and fewer than one address may try at the edge (`rateLimits`). */
  failedLogins: 40,
} as const;

/** Of requests: the items of a batch are new, and come from no cache. */
const captions = { cache: { is: 'captions' }, component: { isNot: 'worker' } } as const;
const percent = (share: number) => `${share * 100} %`;

/** Alerts on metrics of the service as a whole. */
const ofService: readonly Alert[] = [
  {
    alert: alertNames.errors,
    // Successful probes would hide errors.
    expression: above(
      ratio(rate('requests', '5m', { ...userTraffic, status: { matches: '5..' } }), rate('requests', '5m', userTraffic)),
      alertThresholds.errorRatio,
    ),
    for: '5m',
    severity: 'critical',
    summary: 'High error rate detected',
    description: `More than ${percent(alertThresholds.errorRatio)} of the answers are server errors`,
    runbook: 'errors.md',
  },
  {
    alert: 'HighLatency',
    // Without chats and queries: their time is that of a text model.
    expression: above(quantile(objectives.latency.quantile, 'requestDuration', '5m', restTraffic), alertThresholds.latencySeconds),
    for: '10m',
    severity: 'warning',
    summary: 'High latency detected',
    description: `One REST request in twenty takes longer than ${alertThresholds.latencySeconds} s`,
    runbook: 'latency.md',
  },
  {
    alert: 'HighResponseTime',
    expression: above(quantile(0.5, 'requestDuration', '5m', restTraffic), alertThresholds.responseSeconds),
    for: '5m',
    severity: 'critical',
    summary: 'Answers take too long',
    description: `Every second REST request takes longer than ${alertThresholds.responseSeconds} s`,
    runbook: 'latency.md',
  },
  {
    alert: alertNames.cacheHits,
    // Only captions: frequent hits on users and documents would hide misses on captions.
    expression: below(
      ratio(rate('cacheHits', '10m', captions), plus(rate('cacheHits', '10m', captions), rate('cacheMisses', '10m', captions))),
      alertThresholds.cacheHitRate,
    ),
    for: '15m',
    severity: 'warning',
    summary: `Cache hit rate below ${Math.round(alertThresholds.cacheHitRate * 100)}%`,
    description: 'Captions: hits divided by hits and misses together, all levels',
    runbook: 'cache.md',
  },
  {
    alert: 'DatabasePoolBusy',
    expression: above(maxRatio('databasePool', { state: { is: 'used' } }, 'databasePoolSize'), alertThresholds.databasePoolShare),
    for: '5m',
    severity: 'warning',
    summary: 'Database connections nearly used up',
    description: `A process uses more than ${percent(alertThresholds.databasePoolShare)} of its connections to PostgreSQL`,
    runbook: 'database.md',
  },
  {
    alert: 'ManyFailedLogins',
    // Most tries from one address reach the limit of logins, before the password is checked.
    expression: above(
      plus(
        increase('passwordChecks', '10m', { outcome: { matches: 'wrong|rejected_.*' } }),
        increase('rateLimited', '10m', { limit: { is: 'login' } }),
      ),
      alertThresholds.failedLogins,
    ),
    for: '1m',
    severity: 'warning',
    summary: 'Passwords are being guessed',
    description: `More than ${alertThresholds.failedLogins} logins in ten minutes fail or are rejected after too many attempts`,
    runbook: 'logins.md',
    security: true,
  },
  {
    alert: 'TextModelMisconfigured',
    expression: above(
      rate('modelRequests', '5m', { outcome: { matches: 'misconfigured|quota_exhausted' } }, { by: ['model', 'outcome'] }),
      0,
    ),
    for: '5m',
    severity: 'critical',
    summary: 'A provider rejects the key or the model, or its account has no credit',
    description: 'Calls to the text model {{ $labels.model }} fail until the operator acts: {{ $labels.outcome }}',
    runbook: 'models.md',
  },
];

/** Alerts on targets that are down for at least four rule evaluations. */
function ofTargets({ names, workloads }: AlertScope): readonly Alert[] {
  const job = { job: { is: names.prefix } };
  return [
    {
      alert: 'Watchdog',
      expression: always,
      for: '0s',
      severity: 'heartbeat',
      summary: 'Alerting works',
      description: 'Fires always: its receiver notifies when it ends',
      runbook: 'watchdog.md',
    },
    {
      alert: alertNames.down,
      expression: absent(equal(gauge('up', { ...job, component: { is: 'api' } }), 1)),
      for: '1m',
      severity: 'critical',
      summary: 'No process of the API answers',
      description: 'Prometheus has reached none for a minute',
      runbook: 'down.md',
    },
    {
      alert: 'HealthCheckFailing',
      expression: equal(gauge('up', job), 0),
      for: '1m',
      severity: 'warning',
      summary: 'A process does not answer',
      description: '{{ $labels.component }} at {{ $labels.instance }} did not answer Prometheus for a minute',
      runbook: 'down.md',
    },
    ...workloadRoles
      .filter((role) => role !== 'api' && workloads[role])
      .map((role) => ({
        alert: 'RoleDown',
        component: role,
        expression: absent(equal(gauge('up', { ...job, component: { is: role } }), 1)),
        for: '2m',
        severity: 'critical' as const,
        summary: 'No process of a role answers',
        description: `Prometheus has reached no process of the role ${role} for two minutes`,
        runbook: 'down.md',
      })),
    {
      alert: 'TargetDown',
      expression: equal(gauge('up', { job: { isNot: names.prefix } }), 0),
      for: '5m',
      severity: 'warning',
      summary: 'A program of the platform does not answer',
      description: 'Prometheus does not reach {{ $labels.job }} at {{ $labels.instance }}',
      runbook: 'down.md',
    },
  ];
}

/** Alerts on a role's busiest process close to its container's limits: CPU is throttled there, and the kernel kills a process out of memory. */
function ofLimits({ names, workloads }: AlertScope, role: WorkloadRole): readonly Alert[] {
  const limits = workloads[role]?.resources.limits;
  if (!limits) return [];
  const processes = { job: { is: names.prefix }, component: { is: role } };
  const common = { severity: 'warning', runbook: 'resources.md', component: role } as const;
  return [
    {
      ...common,
      alert: 'HighCPUUsage',
      expression: above(dividedBy(maxRate('processCpu', '5m', processes), quantityValue(limits.cpu)), alertThresholds.cpuShare),
      for: '10m',
      summary: 'A process uses nearly all CPU that it may',
      description: `${role}: more than ${percent(alertThresholds.cpuShare)} of ${limits.cpu} CPU`,
    },
    {
      ...common,
      alert: 'HighMemoryUsage',
      expression: above(dividedBy(maxOf('processMemory', processes), quantityValue(limits.memory)), alertThresholds.memoryShare),
      for: '5m',
      summary: 'A process uses nearly all memory that it may',
      description: `${role}: more than ${percent(alertThresholds.memoryShare)} of ${limits.memory}`,
    },
  ];
}

const ruleLabels = (labels: Readonly<Record<string, string>>) => labels;

interface AlertOptions {
  /** Additional labels of every alert. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The environment's own targets, if its Prometheus has others. */
  readonly targets?: TargetScope;
}

/** The alerts for Prometheus. */
export function alertGroup(watched: AlertScope, { labels = {}, targets }: AlertOptions = {}) {
  const alerts = [
    ...ofService,
    ...dependencyAlerts,
    ...burnRateAlerts,
    ...(hasNews(watched) ? newsAlerts : []),
    ...ofTargets(watched),
    ...workloadRoles.flatMap((role) => ofLimits(watched, role)),
    ...platformAlerts(watched),
  ];
  return {
    name: `${watched.names.prefix}-api`,
    rules: alerts.map((each) => {
      const { alert, expression, severity, component, labels: own } = each;
      return {
        alert,
        expr: expression.promql(targets),
        for: each.for,
        labels: ruleLabels({ severity, service: watched.names.prefix, ...labels, ...(component && { component }), ...own }),
        annotations: annotationsOf(watched, each),
      };
    }),
  };
}

/** All rules for Prometheus: objectives, then the alerts, which use them. */
export const ruleGroups = (watched: AlertScope, options: AlertOptions = {}) => [
  ...objectiveGroups(watched.names.prefix, options.labels, options.targets),
  alertGroup(watched, options),
];
