import type { Figures, Results, Subject } from '../figures.ts';
import { peerTargets } from '../peers/targets.ts';
import { stopProcess } from '../server-process.ts';
import { baseline, logOf, type Started, type Surroundings, serviceTargets, startUpstream, type TargetName } from '../targets.ts';
import { measureAnalysis, measureAnalysisStage } from './analysis.ts';
import { measureBatches } from './batches.ts';
import { type Effort, measureAtRate, measureThroughput, warmUp } from './rounds.ts';
import { measureStarts } from './starts.ts';

type Print = (line: string) => void;
type Running = Map<TargetName, Started>;
type Found = Map<Subject, Figures | string>;

/** Starts the targets one after the other; adds those that cannot run to the results, with the reason. */
async function startTargets(around: Surroundings, effort: Effort, results: Found, print: Print): Promise<Running> {
  const running: Running = new Map();
  for (const target of [baseline(around), ...serviceTargets(around), ...peerTargets(around)]) {
    const { name } = target;
    if ('skipped' in target) {
      results.set(name, target.skipped);
      continue;
    }
    try {
      const started = await target.start();
      running.set(name, started);
      print(`${name}: started in ${started.server.startSeconds.toFixed(1)} s`);
      await warmUp(started, effort);
    } catch (error) {
      results.set(name, String(error));
    }
  }
  return running;
}

const rate = 500;
/** Only a server with some capacity left is measured at that rate. */
const canServe = ({ perSecond = 0 }: Figures) => perSecond > rate * 1.2;

/** Measures the latency of the pass-through in addition to the upstream's own, and p99 at 70 % of the throughput. */
async function addLatencies(
  running: Running,
  throughput: ReadonlyMap<TargetName, Figures>,
  direct: Started,
  effort: Effort,
  results: Found,
) {
  const at70 = new Map<TargetName, Started & { rate: number }>();
  const at500 = new Map<TargetName | 'direct', Started & { rate: number }>([['direct', { ...direct, rate }]]);
  for (const [name, figures] of throughput) {
    const target = running.get(name);
    if (target === undefined) continue;
    if (name.startsWith('cached')) at70.set(name, { ...target, rate: (figures.perSecond ?? 0) * 0.7 });
    if (name.startsWith('pass-through') && canServe(figures)) at500.set(name, { ...target, rate });
  }
  const [latencies70, latencies500] = [await measureAtRate(at70, effort), await measureAtRate(at500, effort)];
  const upstream = latencies500.get('direct')?.p50 ?? Number.NaN;
  for (const [name, figures] of throughput) {
    const [p99At70, p50] = [latencies70.get(name)?.p99, latencies500.get(name)?.p50];
    results.set(name, {
      ...figures,
      ...(p99At70 === undefined ? {} : { p99At70 }),
      ...(p50 === undefined ? {} : { overhead: p50 - upstream }),
    });
  }
}

export async function measureAll(around: Surroundings, effort: Effort, print: Print): Promise<Results> {
  const results: Found = new Map();
  const running = await startTargets(around, effort, results, print);
  const direct = await startUpstream(around);
  try {
    const throughput = await measureThroughput(running, effort);
    await addLatencies(running, throughput, direct, effort, results);
  } finally {
    await Promise.all([direct, ...running.values()].map(({ server }) => stopProcess(server)));
  }
  const { folder, stores } = around;
  results.set('batches', typeof stores === 'string' ? stores : await measureBatches(stores, logOf(around, 'batches')));
  results.set('analysis of articles', measureAnalysis());
  results.set('analysis, PostgreSQL', typeof stores === 'string' ? stores : await measureAnalysisStage(stores, logOf(around, 'analysis')));
  const { first, later } = await measureStarts(folder, effort.rounds);
  return results.set('first start', { seconds: first }).set('later start', { seconds: later });
}
