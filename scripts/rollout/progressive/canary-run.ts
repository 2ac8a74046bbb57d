import { type FailureCause, ReleaseFailed } from '../verify/failure-cause.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { defaultTiming, type ProgressiveRelease } from './canary-objects.ts';
import type { CanaryPods, CanaryPodsStatus } from './canary-pods.ts';
import {
  type CanaryAction,
  type CanaryObservation,
  type CanaryPlan,
  type CanaryState,
  firstTransition,
  nextTransition,
} from './canary-steps.ts';
import { evaluateGate, type GateReport } from './metrics-gate.ts';
import type { StepRecord } from './strategy-record.ts';
import type { TrafficWeights } from './traffic-weights.ts';

/** What a release proves itself with. */
export interface CanaryRun {
  readonly run: RolloutContext;
  readonly release: ProgressiveRelease;
  readonly plan: CanaryPlan;
  readonly pods: CanaryPods;
  readonly shares: TrafficWeights;
  /** Gives the new release the pods of a step. */
  readonly prepare: (step: number) => Promise<void>;
  /** What was gone through, in order. */
  readonly steps: StepRecord[];
}

/** What is known between two looks. */
interface Known {
  readonly looked?: CanaryPodsStatus;
  /** Of this step. */
  readonly opinion?: GateReport | undefined;
  readonly askedAt: number;
}

/**
 * Goes through a course, from the first pod of the new release to the moment at which it may become the stable one.
 * @returns the state at that moment
 * @throws {ReleaseFailed} when it must not
 */
export async function runCanary(trial: CanaryRun): Promise<CanaryState> {
  const { pollMs: look, queryMs: ask } = trial.release.timing ?? defaultTiming;
  const {
    signal,
    cluster: { clock },
  } = trial.run;
  let known: Known = { askedAt: Number.NEGATIVE_INFINITY };
  for (let turn = firstTransition(clock.ms()); ; ) {
    const { action } = turn;
    if (action.kind === 'abort') throw new ReleaseFailed(troubleOf(trial, action, known));
    if (action.kind === 'promote') return turn.state;
    const state = await perform(trial, turn.state, action);
    if (action.kind === 'shift') known = { askedAt: Number.NEGATIVE_INFINITY };
    await clock.sleep(look, signal);
    known = await learn(trial, state, known, ask);
    turn = nextTransition(trial.plan, state, factsOf(known, clock.ms()));
    note(trial, state, turn.state, known);
  }
}

/** @returns the state once it is done: a soak begins when the edge does it, not when it is told to */
async function perform(
  { run, release: { strategy }, plan: course, shares, prepare }: CanaryRun,
  state: CanaryState,
  action: CanaryAction,
): Promise<CanaryState> {
  if (action.kind === 'wait') {
    const { clock } = run.cluster;
    const until = action.until === undefined ? {} : { until: new Date(clock.now().getTime() + action.until - clock.ms()) };
    run.out.showPending({ object: strategy.kind, reason: action.why, ...until });
  }
  if (action.kind === 'prepare') await prepare(action.step);
  if (action.kind !== 'shift') return state;
  await shares.set(action.weight);
  run.out.line(`${action.weight} % of the callers have the new release, for ${course.steps[state.step]?.soakSeconds} s`);
  return { ...state, since: run.cluster.clock.ms() };
}

async function learn({ run, release, pods }: CanaryRun, state: CanaryState, known: Known, askEvery: number): Promise<Known> {
  // Before it has callers, it is asked here.
  const looked = await pods.check(state.phase === 'preparing' && state.step === 0);
  const { prometheus: ask, names, strategy } = release;
  const due = ask !== undefined && state.phase === 'soaking' && run.cluster.clock.ms() - known.askedAt >= askEvery;
  // That it was good a moment ago is not said again; that nothing was known may be.
  if (!due) return { ...known, looked, opinion: known.opinion?.result === 'pass' ? undefined : known.opinion };
  const askedAt = run.cluster.clock.ms();
  const seconds = Math.max(1, Math.ceil((askedAt - state.since) / 1000));
  const demand = { pods: pods.wanted, leastRequests: strategy.gate?.minRequests };
  return { looked, askedAt, opinion: await evaluateGate(ask, names.prefix, seconds, demand, run.signal) };
}

const factsOf = ({ looked, opinion }: Known, at: number): CanaryObservation => ({
  at,
  pods: looked?.pods ?? { state: 'progressing', why: 'nobody has looked yet' },
  ...(opinion && { gate: opinion }),
});

/** Remembers and tells how a step went, when it is over. */
function note({ run, pods, steps }: CanaryRun, before: CanaryState, after: CanaryState, { opinion }: Known): void {
  if (before.phase !== 'soaking' || after.phase === 'soaking') return;
  const seconds = Math.round((run.cluster.clock.ms() - before.since) / 100) / 10;
  steps.push({ weight: before.weight, seconds, pods: pods.wanted, ...(opinion && { gate: opinion }) });
  if (opinion) run.out.line(`gate ${opinion.result}: ${opinion.why}`);
}

/** The codes of what the course itself finds out. */
const codes = { gate: 'gate-failed', 'no-data': 'gate-inconclusive', time: 'deadline', promotion: 'deadline', pods: 'not-judged' } as const;

function troubleOf(
  { run, release, pods }: CanaryRun,
  { cause, why }: Extract<CanaryAction, { kind: 'abort' }>,
  { looked }: Known,
): FailureCause {
  const found = cause === 'pods' ? looked?.trouble : undefined;
  const line = `${release.strategy.kind}: ${why}`;
  return found ?? { code: codes[cause], line, provedAt: run.cluster.now(), chain: pods.chain(), others: [] };
}
