import type { WorkloadRole } from '../../contract/roles.ts';
import type { Severity } from '../environments/alert-receivers.ts';
import type { Expression } from '../prometheus/promql.ts';

/** An alert fires when its expression crosses its threshold. */
export interface Alert {
  readonly alert: string;
  readonly expression: Expression;
  /** Minimum duration of the condition, such as `5m`. */
  readonly for: string;
  readonly severity: Severity | 'heartbeat';
  readonly summary: string;
  readonly description: string;
  /** File in docs/runbooks. */
  readonly runbook: string;
  /** Its contact is that for security, not that of its severity. */
  readonly security?: true;
  /** Set if there is one alert per component. */
  readonly component?: WorkloadRole;
  /** Additional labels, if several alerts have one name. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Alerts that inhibit others, or are inhibited. */
export const alertNames = {
  down: 'ServiceDown',
  errors: 'HighErrorRate',
  budget: 'ErrorBudgetBurn',
  dependency: 'DependencyDown',
  cacheHits: 'LowCacheHitRate',
} as const;
