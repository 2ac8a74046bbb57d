import { metrics, processMetrics } from '../../contract/metrics.ts';
import { quantileOf, type Scrape } from './metrics-text.ts';
import { durationsFor, type LoadObjectiveName, loadObjectives } from './objectives.ts';

/** The metrics of one process, or of those that share a port, during the run. */
export interface ProcessScrapes {
  readonly name: string;
  /** At the start, every few seconds, and at the end. */
  readonly scrapes: readonly Scrape[];
  /** From the first to the last. */
  readonly seconds: number;
}

/** Why a figure could not be measured, if that is a fault of the service. */
interface Fault {
  readonly fault: string;
}
/** A share from 0 to 1 or seconds; a text: why it was not measured. */
export type Figure = number | string | Fault;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const ofRun = ({ scrapes }: ProcessScrapes) => {
  const [first, last] = [scrapes[0], scrapes.at(-1)];
  if (first === undefined || last === undefined) throw new Error('no scrapes');
  return { first, last, increase: (name: string, labels = {}) => last.sum(name, labels) - first.sum(name, labels) };
};

/** A gauge of prom-client. The combined metrics of several processes that share a port do not have it. */
const startTime = 'process_start_time_seconds';
const isOther = (value: number, index: number, all: readonly number[]) => index > 0 && value !== all[index - 1];

/** Why counters have no increase: the process restarted, or several processes respond in turn; undefined if they have one. */
function interruption({ name, scrapes }: ProcessScrapes): string | Fault | undefined {
  const starts = scrapes.map((scrape) => scrape.sum(startTime));
  const changes = starts.filter(isOther).length;
  if (changes >= new Set(starts).size) return `several processes respond at ${name}; name each with --metrics-url`;
  const cpuSeconds = scrapes.map((scrape) => scrape.sum(processMetrics.processCpu.name));
  const isReset = cpuSeconds.some((value, index) => value < (cpuSeconds[index - 1] ?? 0));
  return changes > 0 || isReset ? { fault: `${name} restarted under load; see its log` } : undefined;
}

/** A figure from the increase of counters. */
const ofCounters = (figure: (processes: readonly ProcessScrapes[]) => Figure) => (processes: readonly ProcessScrapes[]) => {
  const interruptions = processes.map(interruption).filter((each) => each !== undefined);
  return interruptions.find((each) => typeof each !== 'string') ?? interruptions[0] ?? figure(processes);
};

function sqlLatency(processes: readonly ProcessScrapes[]): Figure {
  const total = new Map<number, number>();
  const { name } = metrics.databaseDuration;
  for (const { first, last } of processes.map(ofRun))
    for (const [bound, count] of last.buckets(name))
      total.set(bound, (total.get(bound) ?? 0) + count - (first.buckets(name).get(bound) ?? 0));
  const { quantile } = loadObjectives.sqlLatency;
  const [statements, needed] = [Math.max(0, ...total.values()), durationsFor(quantile)];
  return statements < needed ? `${statements} of ${needed} statements` : quantileOf(quantile, total);
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

const figures = {
  sqlLatency: ofCounters(sqlLatency),
  cacheHitRate: ofCounters(cacheHitRate),
  cpu: ofCounters(cpu),
  memory,
  connections,
} as const satisfies Partial<Record<LoadObjectiveName, (processes: readonly ProcessScrapes[]) => Figure>>;
export type ServiceFigure = keyof typeof figures;
export const isServiceFigure = (name: LoadObjectiveName): name is ServiceFigure => name in figures;

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
