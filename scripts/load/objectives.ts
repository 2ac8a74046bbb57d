import { allowedShare, objectives } from '../../contract/objectives.ts';

/** A figure of a run must be below, or above, its threshold: seconds, or a share from 0 to 1. */
interface LoadObjective {
  readonly title: string;
  /** Of durations; not set: their mean, or a share. */
  readonly quantile?: number;
  readonly below?: number;
  readonly above?: number;
}

const quantileBelow = ({ quantile, thresholdSeconds: below }: { readonly quantile: number; readonly thresholdSeconds: number }) => ({
  quantile,
  below,
});
const { latency, graphqlLatency, workerLatency, statementLatency, averageLatency, availability, cpu, memory, databasePool } = objectives;

/** What a run must show. */
export const loadObjectives = {
  apiLatency: { title: 'API', ...quantileBelow(latency) },
  graphqlLatency: { title: 'GraphQL', ...quantileBelow(graphqlLatency) },
  /** From the acceptance of a batch to its last result. */
  workerLatency: { title: 'worker', ...quantileBelow(workerLatency) },
  sqlLatency: { title: 'SQL statement', ...quantileBelow(statementLatency) },
  averageLatency: { title: 'response on average', below: averageLatency.thresholdSeconds },
  /** Above that of alerts, because the load repeats its captions. */
  cacheHitRate: { title: 'cache hit rate', above: 0.9 },
  errors: { title: 'errors', below: allowedShare(availability.target) },
  /** Of the limit of the process. */
  cpu: { title: 'CPU', below: cpu.share },
  memory: { title: 'memory', below: memory.share },
  /** Used connections of the pool. */
  connections: { title: 'database connections', below: databasePool.share },
} as const satisfies Record<string, LoadObjective>;
/** Durations that a quantile needs: below 20, the p95 is the longest of them. */
export const durationsFor = (quantile: number) => Math.round(1 / (1 - quantile));
export type LoadObjectiveName = keyof typeof loadObjectives;

const isName = (name: string): name is LoadObjectiveName => name in loadObjectives;
export const loadObjectiveNames = Object.keys(loadObjectives).filter(isName);
/** An objective with its optional fields. */
export const loadObjectiveOf = (name: LoadObjectiveName): LoadObjective => loadObjectives[name];
