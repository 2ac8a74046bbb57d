import { metrics, processMetrics } from '../../contract/metrics.ts';
import { quantileOf, type Scrape } from './metrics-text.ts';
import { type LoadObjectiveName, loadObjectives } from './objectives.ts';

/** The metrics of one process, or of those that share a port, during the run. */
export interface ProcessScrapes {
  /** At the start, every few seconds, and at the end. */
  readonly scrapes: readonly Scrape[];
  readonly seconds: number;
}

/** A share from 0 to 1 or seconds; a text: why it was not measured. */
export type Figure = number | string;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const ofRun = ({ scrapes }: ProcessScrapes) => {
  const [first, last] = [scrapes[0], scrapes.at(-1)];
  if (first === undefined || last === undefined) throw new Error('no scrapes');
  return { first, last, increase: (name: string, labels = {}) => last.sum(name, labels) - first.sum(name, labels) };
};

function sqlLatency(processes: readonly ProcessScrapes[]): Figure {
  const total = new Map<number, number>();
  const { name } = metrics.databaseDuration;
  for (const { first, last } of processes.map(ofRun))
    for (const [bound, count] of last.buckets(name))
      total.set(bound, (total.get(bound) ?? 0) + count - (first.buckets(name).get(bound) ?? 0));
  const seconds = quantileOf(loadObjectives.sqlLatency.quantile, total);
  return Number.isNaN(seconds) ? 'no statement was sent' : seconds;
}

function cacheHitRate(processes: readonly ProcessScrapes[]): Figure {
  const sum = (name: string) => processes.reduce((total, each) => total + ofRun(each).increase(name, { cache: 'captions' }), 0);
  const [hits, misses] = [sum(metrics.cacheHits.name), sum(metrics.cacheMisses.name)];
  return hits + misses === 0 ? 'no caption was requested' : hits / (hits + misses);
}

/** Of its limit, of the process that used most. */
const cpu = (processes: readonly ProcessScrapes[]): Figure =>
  Math.max(
    ...processes.map((each) => {
      const { last, increase } = ofRun(each);
      return increase(processMetrics.processCpu.name) / each.seconds / last.sum(metrics.cpuLimit.name);
    }),
  );
const memory = (processes: readonly ProcessScrapes[]): Figure =>
  Math.max(
    ...processes.flatMap(({ scrapes }) =>
      scrapes.map((scrape) => scrape.sum(processMetrics.processMemory.name) / scrape.sum(metrics.memoryLimit.name)),
    ),
  );

/** The mean of the samples, of the process with the highest. The embedded database has one connection, which is no pool. */
function connections(processes: readonly ProcessScrapes[]): Figure {
  const size = (scrape: Scrape) => scrape.sum(metrics.databasePoolSize.name);
  const pools = processes.map(({ scrapes }) => scrapes.filter((scrape) => size(scrape) > 1)).filter(({ length }) => length > 0);
  if (pools.length === 0) return 'the embedded database has one connection';
  return Math.max(
    ...pools.map((scrapes) => mean(scrapes.map((scrape) => scrape.sum(metrics.databasePool.name, { state: 'used' }) / size(scrape)))),
  );
}

const figures = { sqlLatency, cacheHitRate, cpu, memory, connections } as const satisfies Partial<
  Record<LoadObjectiveName, (processes: readonly ProcessScrapes[]) => Figure>
>;
export type ServiceFigure = keyof typeof figures;

/** The figures that only the service itself can measure. `processes`: why its metrics could not be read, if they could not. */
export function serviceFigures(processes: readonly ProcessScrapes[] | string): Readonly<Record<ServiceFigure, Figure>> {
  const of = (name: ServiceFigure): Figure => (typeof processes === 'string' ? processes : figures[name](processes));
  return {
    sqlLatency: of('sqlLatency'),
    cacheHitRate: of('cacheHitRate'),
    cpu: of('cpu'),
    memory: of('memory'),
    connections: of('connections'),
  };
}
