import type { CanaryStep } from '../../../manifests/environments/strategy.ts';

/** Steps and time limits of a progressive rollout. Seconds. */
export interface CanaryPlan {
  readonly steps: readonly CanaryStep[];
  /** Whether each step must pass the metrics gate. */
  readonly gated: boolean;
  /** Limit for the pods of a step to become healthy. */
  readonly readySeconds: number;
  /** Limit after a soak for missing conditions. */
  readonly metricsTimeoutSeconds: number;
  /** Limit for the promotion. */
  readonly promoteSeconds: number;
}

/** Result of the metrics gate for a step; `why` is a sentence. */
export interface GateResult {
  readonly result: 'pass' | 'fail' | 'inconclusive';
  readonly why: string;
}

/** Facts at a point in time. */
export interface CanaryObservation {
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  /** Verdict on the new release's pods. */
  readonly pods: { readonly state: 'healthy' | 'progressing' | 'failed'; readonly why: string };
  /** Result for this step; not set if it was not queried now. */
  readonly gate?: GateResult;
  /** Outcome of the promotion; not set until it ends. */
  readonly promotion?: { readonly state: 'done' | 'failed'; readonly why: string };
}

export interface CanaryState {
  readonly phase: 'preparing' | 'soaking' | 'promoting' | 'done' | 'aborted';
  /** Index of the step. */
  readonly step: number;
  /** Percent of the traffic of the new release. */
  readonly weight: number;
  /** Start of the phase. */
  readonly since: number;
}

/** What to do next. */
export type CanaryAction =
  /** `until`: end of the wait, if known. */
  | { readonly kind: 'wait'; readonly why: string; readonly until?: number }
  /** Scale the new release for a step. */
  | { readonly kind: 'prepare'; readonly step: number }
  /** Set its traffic weight. */
  | { readonly kind: 'set-weight'; readonly weight: number }
  /** Make it the stable release, with unchanged traffic weight. */
  | { readonly kind: 'promote' }
  /** Route all traffic to the stable release, which is the new one now. */
  | { readonly kind: 'finish' }
  /** Route all traffic to the stable release, which has not changed. */
  | { readonly kind: 'abort'; readonly cause: 'pods' | 'gate' | 'no-data' | 'time' | 'promotion'; readonly why: string };

export interface CanaryTransition {
  readonly state: CanaryState;
  readonly action: CanaryAction;
}

/** State and action at the start. */
export const firstTransition = (at: number): CanaryTransition => ({
  state: { phase: 'preparing', step: 0, weight: 0, since: at },
  action: { kind: 'prepare', step: 0 },
});

/**
 * Returns the next state and action. A pure function, so that tests can try every order of events. The weight only increases from one
 * declared step to the next, and is set to 0 once, at the end; a gated step is only passed with a positive gate result.
 */
export function nextTransition(course: CanaryPlan, state: CanaryState, facts: CanaryObservation): CanaryTransition {
  switch (state.phase) {
    case 'preparing':
      return prepared(course, state, facts);
    case 'soaking':
      return soaked(course, state, facts);
    case 'promoting':
      return promoted(course, state, facts);
    case 'done':
    case 'aborted':
      return wait(state, 'the rollout has ended');
  }
}

const wait = (state: CanaryState, why: string, until?: number): CanaryTransition => ({
  state,
  action: { kind: 'wait', why, ...(until === undefined ? {} : { until }) },
});
const abort = (
  state: CanaryState,
  at: number,
  cause: Extract<CanaryAction, { kind: 'abort' }>['cause'],
  why: string,
): CanaryTransition => ({
  state: { ...state, phase: 'aborted', weight: 0, since: at },
  action: { kind: 'abort', cause, why },
});
const secondsIn = ({ since }: CanaryState, { at }: CanaryObservation): number => (at - since) / 1000;

function prepared({ steps, readySeconds }: CanaryPlan, state: CanaryState, facts: CanaryObservation): CanaryTransition {
  const { pods, at } = facts;
  if (pods.state === 'failed') return abort(state, at, 'pods', pods.why);
  if (pods.state === 'healthy') {
    const weight = steps[state.step]?.weight ?? 0;
    return { state: { ...state, phase: 'soaking', weight, since: at }, action: { kind: 'set-weight', weight } };
  }
  return secondsIn(state, facts) >= readySeconds
    ? abort(state, at, 'time', `${pods.why} (not healthy within ${readySeconds} s)`)
    : wait(state, pods.why);
}

function soaked(course: CanaryPlan, state: CanaryState, facts: CanaryObservation): CanaryTransition {
  const { pods, gate, at } = facts;
  if (pods.state === 'failed') return abort(state, at, 'pods', pods.why);
  if (gate?.result === 'fail') return abort(state, at, 'gate', gate.why);
  const left = (course.steps[state.step]?.soakSeconds ?? 0) - secondsIn(state, facts);
  if (left > 0) return wait(state, `${state.weight} % of the traffic${gate ? `; ${gate.why}` : ''}`, at + left * 1000);
  const pending = pendingCondition(course, facts);
  if (pending === undefined) return ahead(course, state, at);
  const overdue = -left >= course.metricsTimeoutSeconds;
  return overdue
    ? abort(state, at, pending.cause, `${pending.why} (${course.metricsTimeoutSeconds} s after the soak)`)
    : wait(state, pending.why);
}

/** Why a step cannot be passed after its soak. */
function pendingCondition(
  { gated }: CanaryPlan,
  { pods, gate }: CanaryObservation,
): { readonly cause: 'no-data' | 'time'; readonly why: string } | undefined {
  if (pods.state !== 'healthy') return { cause: 'time', why: pods.why };
  if (!gated || gate?.result === 'pass') return undefined;
  return { cause: 'no-data', why: gate?.why ?? 'waiting for the metrics' };
}

function ahead({ steps }: CanaryPlan, state: CanaryState, at: number): CanaryTransition {
  const step = state.step + 1;
  return step < steps.length
    ? { state: { ...state, phase: 'preparing', step, since: at }, action: { kind: 'prepare', step } }
    : { state: { ...state, phase: 'promoting', since: at }, action: { kind: 'promote' } };
}

function promoted({ promoteSeconds }: CanaryPlan, state: CanaryState, facts: CanaryObservation): CanaryTransition {
  const { promotion, at } = facts;
  if (promotion?.state === 'done') return { state: { ...state, phase: 'done', weight: 0, since: at }, action: { kind: 'finish' } };
  if (promotion?.state === 'failed') return abort(state, at, 'promotion', promotion.why);
  return secondsIn(state, facts) >= promoteSeconds
    ? abort(state, at, 'time', `the stable release has not taken over within ${promoteSeconds} s`)
    : wait(state, 'the stable release takes over');
}
