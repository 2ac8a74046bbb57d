import { setTimeout as sleep } from 'node:timers/promises';
import { startLoadCoreMeter } from '../cores.ts';
import { type Figures, median } from '../figures.ts';
import { cpuMicroseconds, residentMegabytes, resume, suspend } from '../server-process.ts';
import type { Started } from '../targets.ts';
import { type LoadResult, sendLoad } from '../wrk.ts';

export interface Effort {
  readonly rounds: number;
  readonly seconds: number;
}

const connections = 32;
/** More than enough for requests that are sent at a constant rate not to wait for a connection. */
const pacedConnections = 100;

/** Runs some work on one server while the others are suspended. */
async function alone<T>({ server }: Started, work: () => Promise<T>): Promise<T> {
  resume(server);
  await sleep(300);
  try {
    return await work();
  } finally {
    suspend(server);
  }
}

async function throughputRound(target: Started, seconds: number) {
  const [before, busy] = [cpuMicroseconds(target.server), startLoadCoreMeter()];
  const { requests, ...result } = await sendLoad(target.request, { seconds, connections });
  const cpu = (cpuMicroseconds(target.server) - before) / requests;
  return { ...result, cpu, loadCore: busy(), residentMegabytes: residentMegabytes(target.server) };
}

const mediansOf = (rounds: readonly Awaited<ReturnType<typeof throughputRound>>[]): Figures => {
  const of = (figure: keyof (typeof rounds)[number]) => median(rounds.map((round) => round[figure]));
  const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
  const times = { p50: of('p50'), p99: of('p99'), cpu: of('cpu') };
  return { perSecond: of('perSecond'), ...times, failed, loadCore: of('loadCore'), residentMegabytes: of('residentMegabytes') };
};

/** Measures the throughput of each target in alternating rounds, as many requests at a time as there are connections. */
export async function measureThroughput<N>(targets: ReadonlyMap<N, Started>, { rounds, seconds }: Effort): Promise<Map<N, Figures>> {
  const results = new Map([...targets.keys()].map((name) => [name, [] as Awaited<ReturnType<typeof throughputRound>>[]]));
  for (let count = 0; count < rounds; count += 1) {
    for (const [name, target] of targets) results.get(name)?.push(await alone(target, () => throughputRound(target, seconds)));
  }
  return new Map([...results].map(([name, list]) => [name, mediansOf(list)]));
}

/** Measures latencies of each target in alternating rounds at its constant rate. */
export async function measureAtRate<N>(targets: ReadonlyMap<N, Started & { readonly rate: number }>, { rounds, seconds }: Effort) {
  const results = new Map([...targets.keys()].map((name) => [name, [] as LoadResult[]]));
  for (let count = 0; count < rounds; count += 1) {
    for (const [name, target] of targets) {
      const { rate, request } = target;
      results.get(name)?.push(await alone(target, () => sendLoad(request, { seconds, connections: pacedConnections, rate })));
    }
  }
  const medians = [...results].map(([name, list]) => {
    const of = (figure: keyof LoadResult) => median(list.map((result) => result[figure]));
    return [name, { perSecond: of('perSecond'), p50: of('p50'), p99: of('p99') }] as const;
  });
  return new Map(medians);
}

/** Sends requests until the code of the target is compiled, then suspends it. */
export const warmUp = (target: Started, { seconds }: Effort) => alone(target, () => sendLoad(target.request, { seconds, connections }));
