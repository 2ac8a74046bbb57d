import { alertLines, objectives } from '../../service/contract/objectives.ts';
import { product } from '../../service/contract/product.ts';
import { above, below, type Expression, largestShare, plus, quantile, rate, ratio } from './promql.ts';

interface Alert {
  readonly alert: string;
  readonly expression: Expression;
  /** How long it must hold, in Prometheus notation. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  /** The guide's words. */
  readonly summary: string;
  readonly description: string;
  /** File in docs/runbooks. */
  readonly runbook: string;
}

const captions = { cache: { is: 'captions' } } as const;
const percent = (share: number) => `${share * 100} %`;

/** The alerts of guide G0 in the form that says what they mean (AL-02..AL-04; D-02, D-03, D-04), and that of DB-17. */
const alerts: readonly Alert[] = [
  {
    alert: 'HighErrorRate',
    expression: above(ratio(rate('requests', '5m', { status: { matches: '5..' } }), rate('requests', '5m')), alertLines.errorRatio),
    for: '5m',
    severity: 'critical',
    summary: 'High error rate detected',
    description: `More than ${percent(alertLines.errorRatio)} of the answers are server errors`,
    runbook: 'errors.md',
  },
  {
    alert: 'HighLatency',
    expression: above(quantile(objectives.latency.quantile, 'requestDuration', '5m'), alertLines.latencySeconds),
    for: '10m',
    severity: 'warning',
    summary: 'High latency detected',
    description: `One request in twenty takes longer than ${alertLines.latencySeconds} s`,
    runbook: 'latency.md',
  },
  {
    alert: 'LowCacheHitRate',
    // Those of captions: users and documents are asked for again and again, and would hide that every caption is a miss.
    expression: below(
      ratio(rate('cacheHits', '10m', captions), plus(rate('cacheHits', '10m', captions), rate('cacheMisses', '10m', captions))),
      alertLines.cacheHitRate,
    ),
    for: '15m',
    severity: 'warning',
    summary: `Cache hit rate below ${Math.round(alertLines.cacheHitRate * 100)}%`,
    description: 'Captions: hits divided by hits and misses together, all levels',
    runbook: 'cache.md',
  },
  {
    alert: 'DatabasePoolBusy',
    expression: above(largestShare('databasePool', { state: { is: 'used' } }, 'databasePoolSize'), alertLines.databasePoolShare),
    for: '5m',
    severity: 'warning',
    summary: 'Database connections nearly used up',
    description: `A process uses more than ${percent(alertLines.databasePoolShare)} of its connections to PostgreSQL`,
    runbook: 'database.md',
  },
];

/** One rule group, as Prometheus reads it (guide row AL-01). */
export const alertGroup = {
  name: `${product.name}-api`,
  rules: alerts.map(({ alert, expression, severity, summary, description, runbook, for: duration }) => ({
    alert,
    expr: expression.promql,
    for: duration,
    labels: { severity, service: product.name },
    annotations: { summary, description, runbook: `docs/runbooks/${runbook}` },
  })),
};
