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

/** A progressive rollout up to the promotion. */
export interface CanaryRun {
  readonly context: RolloutContext;
  readonly release: ProgressiveRelease;
  readonly plan: CanaryPlan;
  readonly pods: CanaryPods;
  readonly weights: TrafficWeights;
  /** Scales the new release for a step. */
  readonly prepare: (step: number) => Promise<void>;
  /** The completed steps. */
  readonly steps: StepRecord[];
}

/** Results of the last poll. */
interface PollResult {
  readonly status?: CanaryPodsStatus;
  /** Gate result of this step. */
  readonly gate?: GateReport | undefined;
  readonly queriedAt: number;
}

/**
 * Runs the canary steps, from the first pod of the new release until it can be promoted.
 * @returns the state before the promotion
 * @throws {ReleaseFailed} if a step fails
 */
export async function runCanary(run: CanaryRun): Promise<CanaryState> {
  const { pollMs, queryMs } = run.release.timing ?? defaultTiming;
  const {
    signal,
    cluster: { clock },
  } = run.context;
  let last: PollResult = { queriedAt: Number.NEGATIVE_INFINITY };
  for (let transition = firstTransition(clock.ms()); ; ) {
    const { action } = transition;
    if (action.kind === 'abort') throw new ReleaseFailed(failureCauseOf(run, action, last));
    if (action.kind === 'promote') return transition.state;
    const state = await perform(run, transition.state, action);
    if (action.kind === 'set-weight') last = { queriedAt: Number.NEGATIVE_INFINITY };
    await clock.sleep(pollMs, signal);
    last = await poll(run, state, last, queryMs);
    transition = nextTransition(run.plan, state, factsOf(last, clock.ms()));
    recordStep(run, state, transition.state, last);
  }
}

/** @returns the state after the action: a soak starts when the route is active */
async function perform(
  { context, release: { strategy }, plan, weights, prepare }: CanaryRun,
  state: CanaryState,
  action: CanaryAction,
): Promise<CanaryState> {
  if (action.kind === 'wait') {
    const { clock } = context.cluster;
    const until = action.until === undefined ? {} : { until: new Date(clock.now().getTime() + action.until - clock.ms()) };
    context.out.showPending({ object: strategy.kind, reason: action.why, ...until });
  }
  if (action.kind === 'prepare') await prepare(action.step);
  if (action.kind !== 'set-weight') return state;
  await weights.set(action.weight);
  context.out.line(`${action.weight} % of the traffic to the new release, for ${plan.steps[state.step]?.soakSeconds} s`);
  return { ...state, since: context.cluster.clock.ms() };
}

async function poll(
  { context, release, pods }: CanaryRun,
  state: CanaryState,
  last: PollResult,
  queryEveryMs: number,
): Promise<PollResult> {
  // The smoke test runs before it gets traffic.
  const status = await pods.check(state.phase === 'preparing' && state.step === 0);
  const { prometheus, names, strategy, targets } = release;
  const due = prometheus !== undefined && state.phase === 'soaking' && context.cluster.clock.ms() - last.queriedAt >= queryEveryMs;
  // An old pass is not reused; an old failure or inconclusive result is.
  if (!due) return { ...last, status, gate: last.gate?.result === 'pass' ? undefined : last.gate };
  const queriedAt = context.cluster.clock.ms();
  const seconds = Math.max(1, Math.ceil((queriedAt - state.since) / 1000));
  const requirements = { pods: pods.wanted, minRequests: strategy.gate?.minRequests };
  const ofProduct = { job: { is: names.prefix }, ...targets };
  return { status, queriedAt, gate: await evaluateGate(prometheus, ofProduct, seconds, requirements, context.signal) };
}

const factsOf = ({ status, gate }: PollResult, at: number): CanaryObservation => ({
  at,
  pods: status?.pods ?? { state: 'progressing', why: 'not checked yet' },
  ...(gate && { gate }),
});

/** Records and prints the result of a step when it ends. */
function recordStep({ context, pods, steps }: CanaryRun, before: CanaryState, after: CanaryState, { gate }: PollResult): void {
  if (before.phase !== 'soaking' || after.phase === 'soaking') return;
  const seconds = Math.round((context.cluster.clock.ms() - before.since) / 100) / 10;
  steps.push({ weight: before.weight, seconds, pods: pods.wanted, ...(gate && { gate }) });
  if (gate) context.out.line(`gate ${gate.result}: ${gate.why}`);
}

/** Failure codes of the canary plan. */
const codes = { gate: 'gate-failed', 'no-data': 'gate-inconclusive', time: 'deadline', promotion: 'deadline', pods: 'not-judged' } as const;

function failureCauseOf(
  { context, release, pods }: CanaryRun,
  { cause, why }: Extract<CanaryAction, { kind: 'abort' }>,
  { status }: PollResult,
): FailureCause {
  const found = cause === 'pods' ? status?.failure : undefined;
  const line = `${release.strategy.kind}: ${why}`;
  return found ?? { code: codes[cause], line, provedAt: context.cluster.now(), chain: pods.chain(), others: [] };
}
