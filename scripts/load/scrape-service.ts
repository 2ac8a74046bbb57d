import { setTimeout as sleep } from 'node:timers/promises';
import { metrics } from '../../contract/metrics.ts';
import { Scrape } from './metrics-text.ts';
import type { ProcessScrapes } from './service-figures.ts';

/** Reads /metrics of every process, by the name of the process. @throws if one does not answer */
export type ReadMetrics = (signal: AbortSignal) => Promise<ReadonlyMap<string, string>>;

const everySeconds = 2;

async function scrapeOnce(read: ReadMetrics, signal: AbortSignal): Promise<ReadonlyMap<string, Scrape>> {
  const texts = await read(signal);
  return new Map(
    [...texts].map(([name, text]) => {
      const scrape = new Scrape(text);
      if (!scrape.has(metrics.cpuLimit.name)) throw new Error(`${name} has no ${metrics.cpuLimit.name}`);
      return [name, scrape];
    }),
  );
}

/**
 * Reads the metrics now, every few seconds, and once more when `stop` is called. Processes that start or end meanwhile are left out.
 * A failure is a reason instead of figures, because a service may be reachable without its metrics.
 */
export async function startScraping(read: ReadMetrics, signal: AbortSignal) {
  const rounds: { readonly ms: number; readonly scrapes: ReadonlyMap<string, Scrape> }[] = [];
  const failureOf = async (round: Promise<ReadonlyMap<string, Scrape>>): Promise<string | undefined> => {
    try {
      rounds.push({ scrapes: await round, ms: performance.now() });
      return undefined;
    } catch (error) {
      return `/metrics could not be read: ${Error.isError(error) ? error.message : String(error)}`;
    }
  };
  const first = await failureOf(scrapeOnce(read, signal));
  const stopping = new AbortController();
  const repeated = (async () => {
    while (first === undefined && !stopping.signal.aborted) {
      await sleep(everySeconds * 1000, undefined, { signal: stopping.signal }).catch(() => {});
      // A round that fails is one sample fewer.
      if (!stopping.signal.aborted) await failureOf(scrapeOnce(read, signal));
    }
  })();
  return {
    async stop(): Promise<readonly ProcessScrapes[] | string> {
      stopping.abort();
      await repeated;
      const failure = first ?? (await failureOf(scrapeOnce(read, signal)));
      if (failure !== undefined) return failure;
      const [start, end] = [rounds[0], rounds.at(-1)];
      const names = [...(start?.scrapes.keys() ?? [])].filter((name) => end?.scrapes.has(name));
      if (start === undefined || end === undefined || names.length === 0) return 'no process ran from the start to the end';
      const seconds = (end.ms - start.ms) / 1000;
      return names.map((name) => ({ name, seconds, scrapes: rounds.flatMap(({ scrapes }) => scrapes.get(name) ?? []) }));
    },
  };
}
