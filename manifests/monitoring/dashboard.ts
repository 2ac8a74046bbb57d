import type { Environment } from '../environments/environment.ts';
import type { Expression } from '../prometheus/promql.ts';
import type { Exporter } from './exporters.ts';

/** Unit names of Grafana. */
export type Unit = 'reqps' | 'percentunit' | 's' | 'short' | 'bytes' | 'currencyUSD' | 'ops';

export interface Panel {
  readonly title: string;
  readonly unit: Unit;
  /** Legend → query; a legend may contain a label: `{{pod}}`. */
  readonly queries: Readonly<Record<string, Expression>>;
  /** Left out where this exporter does not run. */
  readonly exporter?: Exporter;
  /** Why it may be empty while the service works. */
  readonly emptyWithout?: string;
}

export interface Dashboard {
  /** End of its id and of its file; the overview has none. */
  readonly name: string;
  readonly title: string;
  readonly panels: (environment: Environment) => readonly Panel[];
}

/** Window of rates. */
export const window = '5m';

/** A query per quantile. */
export const quantiles = (of: (q: number) => Expression): Panel['queries'] =>
  Object.fromEntries([0.5, 0.95, 0.99].map((q) => [`p${q * 100}`, of(q)]));
