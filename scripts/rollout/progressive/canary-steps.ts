import type { CanaryStep } from '../../../manifests/environments/strategy.ts';

/** What a release must go through. Seconds. */
export interface CanaryPlan {
  readonly steps: readonly CanaryStep[];
  /** Whether each step needs figures that speak for it. */
  readonly gated: boolean;
  /** For the pods of a step to become healthy. */
  readonly readySeconds: number;
  /** After a soak, for what still lacks. */
  readonly patienceSeconds: number;
  /** For the stable release to take over. */
  readonly promoteSeconds: number;
}

/** What the figures of a step say; `why` is a sentence for people. */
export interface GateResult {
  readonly result: 'pass' | 'fail' | 'inconclusive';
  readonly why: string;
}

/** What is known at a moment. */
export interface CanaryObservation {
  /** Milliseconds, of a clock that never goes back. */
  readonly at: number;
  /** The new release's pods, as the judge sees them. */
  readonly pods: { readonly state: 'healthy' | 'progressing' | 'failed'; readonly why: string };
  /** Of this step alone, just asked for; not set: not asked now. */
  readonly gate?: GateResult;
  /** How making it the stable release ended; not set: not ended yet. */
  readonly promotion?: { readonly state: 'done' | 'failed'; readonly why: string };
}

export interface CanaryState {
  readonly phase: 'preparing' | 'soaking' | 'promoting' | 'done' | 'aborted';
  /** Position in the course. */
  readonly step: number;
  /** Percent of the callers that the new release has. */
  readonly weight: number;
  /** When the phase began. */
  readonly since: number;
}

/** What to do next. */
export type CanaryAction =
  /** `until`: when patience with it ends, where it has an end of its own. */
  | { readonly kind: 'wait'; readonly why: string; readonly until?: number }
  /** Give the new release the pods of a step. */
  | { readonly kind: 'prepare'; readonly step: number }
  /** Give it this share of the callers. */
  | { readonly kind: 'shift'; readonly weight: number }
  /** Make it the stable release, the share as it is. */
  | { readonly kind: 'promote' }
  /** All callers to the stable release, which it is now. */
  | { readonly kind: 'finish' }
  /** All callers back to the stable release, which never changed. */
  | { readonly kind: 'abort'; readonly cause: 'pods' | 'gate' | 'no-data' | 'time' | 'promotion'; readonly why: string };

export interface CanaryTransition {
  readonly state: CanaryState;
  readonly action: CanaryAction;
}

/** The first thing to do. */
export const firstTransition = (at: number): CanaryTransition => ({
  state: { phase: 'preparing', step: 0, weight: 0, since: at },
  action: { kind: 'prepare', step: 0 },
});

/**
 * What follows from a state and what is known: a pure function, so that every order of events can be tried. The share only ever rises
 * from one declared step to the next, and falls to 0 once, at the end; a gated step is never passed without figures that speak for it.
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
      return wait(state, 'it is over');
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
    return { state: { ...state, phase: 'soaking', weight, since: at }, action: { kind: 'shift', weight } };
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
  if (left > 0) return wait(state, `${state.weight} % of the callers${gate ? `; ${gate.why}` : ''}`, at + left * 1000);
  const lacks = missing(course, facts);
  if (lacks === undefined) return ahead(course, state, at);
  const overdue = -left >= course.patienceSeconds;
  return overdue ? abort(state, at, lacks.cause, `${lacks.why} (${course.patienceSeconds} s after the soak)`) : wait(state, lacks.why);
}

/** What keeps a step that has lasted long enough from being passed. */
function missing(
  { gated }: CanaryPlan,
  { pods, gate }: CanaryObservation,
): { readonly cause: 'no-data' | 'time'; readonly why: string } | undefined {
  if (pods.state !== 'healthy') return { cause: 'time', why: pods.why };
  if (!gated || gate?.result === 'pass') return undefined;
  return { cause: 'no-data', why: gate?.why ?? 'the figures are being asked for' };
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
