import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type CanaryAction,
  type CanaryObservation,
  type CanaryPlan,
  type CanaryState,
  firstTransition,
  type GateResult,
  nextTransition,
} from './canary-steps.ts';

const courses = fc
  .record({
    weights: fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 }),
    soakSeconds: fc.integer({ min: 1, max: 60 }),
    gated: fc.boolean(),
    readySeconds: fc.integer({ min: 1, max: 60 }),
    metricsTimeoutSeconds: fc.integer({ min: 1, max: 60 }),
    promoteSeconds: fc.integer({ min: 1, max: 60 }),
  })
  .map(
    ({ weights, soakSeconds, ...course }): CanaryPlan => ({
      ...course,
      steps: weights.toSorted((a, b) => a - b).map((weight) => ({ weight, soakSeconds })),
    }),
  );

type Moment = Omit<CanaryObservation, 'at'> & { readonly seconds: number };
const opinion = (result: GateResult['result']): GateResult => ({ result, why: `figures ${result}` });
const anyPods = fc.constantFrom<CanaryObservation['pods']>(
  ...(['healthy', 'healthy', 'healthy', 'progressing', 'failed'] as const).map((state) => ({ state, why: `pods ${state}` })),
);
const anyMoment: fc.Arbitrary<Moment> = fc
  .record({
    seconds: fc.integer({ min: 1, max: 20 }),
    pods: anyPods,
    gate: fc.option(fc.constantFrom(opinion('pass'), opinion('pass'), opinion('inconclusive'), opinion('fail')), { nil: undefined }),
    promotion: fc.option(
      fc.constantFrom<'done' | 'failed'>('done', 'failed').map((state) => ({ state, why: `promotion ${state}` })),
      { nil: undefined },
    ),
  })
  .map(({ seconds, pods, gate, promotion }) => ({ seconds, pods, ...(gate && { gate }), ...(promotion && { promotion }) }));

interface Entry {
  readonly before: CanaryState;
  readonly facts: CanaryObservation;
  readonly state: CanaryState;
  readonly action: CanaryAction;
}

/** Runs one moment after the other until the rollout has ended. */
function play(course: CanaryPlan, moments: Iterable<Moment>): Entry[] {
  const log: Entry[] = [];
  let { state } = firstTransition(0);
  let at = 0;
  for (const { seconds, ...known } of moments) {
    if (state.phase === 'done' || state.phase === 'aborted') break;
    at += seconds * 1000;
    const facts = { ...known, at };
    const turn = nextTransition(course, state, facts);
    log.push({ before: state, facts, ...turn });
    state = turn.state;
  }
  return log;
}
const allWell: Moment = {
  seconds: 1,
  pods: { state: 'healthy', why: '' },
  gate: opinion('pass'),
  promotion: { state: 'done', why: '' },
};
function* forever(moment: Moment) {
  for (;;) yield moment;
}
const shifts = (log: readonly Entry[]) => log.flatMap(({ action }) => (action.kind === 'set-weight' ? [action.weight] : []));
const last = (log: readonly Entry[]) => log.at(-1)?.state;

describe('nextTransition', () => {
  test('runs the declared steps, each for its soak time, and promotes the release if all is healthy', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const log = play(course, forever(allWell));
        expect(shifts(log)).toEqual(course.steps.map(({ weight }) => weight));
        expect(log.at(-1)?.action.kind).toBe('finish');
        expect(last(log)).toMatchObject({ phase: 'done', weight: 0 });
        const times = log.filter(({ action }) => action.kind === 'set-weight').map(({ facts }) => facts.at);
        const ends = log
          .filter(({ before, state }) => before.phase === 'soaking' && state.phase !== 'soaking')
          .map(({ facts }) => facts.at);
        expect(ends.map((end, step) => (end - (times[step] ?? 0)) / 1000)).toEqual(course.steps.map(({ soakSeconds }) => soakSeconds));
      }),
    );
  });

  test('never exceeds the weights of the declared steps, and sets 0 after a failure', () => {
    fc.assert(
      fc.property(courses, fc.array(anyMoment, { maxLength: 60 }), (course, moments) => {
        const log = play(course, moments);
        const weights = course.steps.map(({ weight }) => weight);
        expect(shifts(log)).toEqual(weights.slice(0, shifts(log).length));
        for (const { before, state } of log) {
          if (state.phase === 'aborted' || state.phase === 'done') expect(state.weight).toBe(0);
          else expect(state.weight).toBeGreaterThanOrEqual(before.weight);
        }
      }),
    );
  });

  test('aborts at the first failure', () => {
    fc.assert(
      fc.property(courses, fc.array(anyMoment, { maxLength: 60 }), (course, moments) => {
        for (const { before, facts, state } of play(course, moments)) {
          const watched = before.phase === 'preparing' || before.phase === 'soaking';
          const failed = (watched && facts.pods.state === 'failed') || (before.phase === 'soaking' && facts.gate?.result === 'fail');
          if (failed) expect(state).toMatchObject({ phase: 'aborted', weight: 0 });
        }
      }),
    );
  });

  test('passes a gated step only with a current gate pass', () => {
    fc.assert(
      fc.property(courses, fc.array(anyMoment, { maxLength: 60 }), (course, moments) => {
        for (const { before, facts, state } of play({ ...course, gated: true }, moments)) {
          const passed = before.phase === 'soaking' && (state.phase === 'preparing' || state.phase === 'promoting');
          if (passed) expect(facts).toMatchObject({ gate: { result: 'pass' }, pods: { state: 'healthy' } });
        }
      }),
    );
  });

  test.each<[string, Moment, { cause: string; why: RegExp }]>([
    ['no figures ever come', { ...allWell, gate: opinion('inconclusive') }, { cause: 'no-data', why: /figures inconclusive/ }],
    ['its pods never settle', { ...allWell, pods: { state: 'progressing', why: '0 of 1' } }, { cause: 'time', why: /0 of 1/ }],
    ['the stable one never takes over', { seconds: 1, pods: allWell.pods, gate: opinion('pass') }, { cause: 'time', why: /taken over/ }],
  ])('aborts with the reason if %s', (_what, moment, { cause, why }) => {
    const steps = [{ weight: 50, soakSeconds: 10 }];
    const course: CanaryPlan = { steps, gated: true, readySeconds: 30, metricsTimeoutSeconds: 20, promoteSeconds: 40 };
    const log = play(course, forever(moment));
    expect(log.at(-1)?.action).toMatchObject({ kind: 'abort', cause, why: expect.stringMatching(why) });
  });

  test('always ends within the time limits of the plan', () => {
    fc.assert(
      fc.property(courses, anyMoment, fc.integer({ min: 1, max: 20 }), (course, moment, seconds) => {
        const log = play(course, forever({ ...moment, seconds }));
        const allowed = course.steps.reduce(
          (sum, { soakSeconds }) => sum + course.readySeconds + soakSeconds + course.metricsTimeoutSeconds,
          course.promoteSeconds,
        );
        // A limit takes effect at the first poll after it.
        const looks = 2 * course.steps.length + 2;
        expect((log.at(-1)?.facts.at ?? 0) / 1000).toBeLessThanOrEqual(allowed + looks * seconds);
        expect(['done', 'aborted']).toContain(last(log)?.phase);
      }),
    );
  });

  test('does nothing after the end', () => {
    const over: CanaryState = { phase: 'aborted', step: 0, weight: 0, since: 0 };
    const course: CanaryPlan = { steps: [], gated: false, readySeconds: 1, metricsTimeoutSeconds: 1, promoteSeconds: 1 };
    expect(nextTransition(course, over, { at: 1, pods: allWell.pods })).toEqual({
      state: over,
      action: { kind: 'wait', why: 'the rollout has ended' },
    });
  });
});
