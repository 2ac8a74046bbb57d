import type { Run } from '../run.ts';
import { BadRelease, type Trouble } from '../trouble.ts';
import { askGate, type Judged } from './gate.ts';
import { type Action, begin, type Course, type Facts, next, type State } from './machine.ts';
import type { Looked, Pods } from './pods.ts';
import type { StepRecord } from './record.ts';
import { type ProgressiveRelease, usualPace } from './setting.ts';
import type { Shares } from './shares.ts';

/** What a release proves itself with. */
export interface Trial {
  readonly run: Run;
  readonly release: ProgressiveRelease;
  readonly course: Course;
  readonly pods: Pods;
  readonly shares: Shares;
  /** Gives the new release the pods of a step. */
  readonly prepare: (step: number) => Promise<void>;
  /** What was gone through, in order. */
  readonly steps: StepRecord[];
}

/** What is known between two looks. */
interface Known {
  readonly looked?: Looked;
  /** Of this step. */
  readonly opinion?: Judged | undefined;
  readonly askedAt: number;
}

/**
 * Goes through a course, from the first pod of the new release to the moment at which it may become the stable one.
 * @returns the state at that moment
 * @throws {BadRelease} when it must not
 */
export async function prove(trial: Trial): Promise<State> {
  const { look, ask } = trial.release.pace ?? usualPace;
  const {
    signal,
    cluster: { clock },
  } = trial.run;
  let known: Known = { askedAt: Number.NEGATIVE_INFINITY };
  for (let turn = begin(clock.ms()); ; ) {
    const { action } = turn;
    if (action.kind === 'abort') throw new BadRelease(troubleOf(trial, action, known));
    if (action.kind === 'promote') return turn.state;
    const state = await perform(trial, turn.state, action);
    if (action.kind === 'shift') known = { askedAt: Number.NEGATIVE_INFINITY };
    await clock.sleep(look, signal);
    known = await learn(trial, state, known, ask);
    turn = next(trial.course, state, factsOf(known, clock.ms()));
    note(trial, state, turn.state, known);
  }
}

/** @returns the state once it is done: a soak begins when the edge does it, not when it is told to */
async function perform({ run, release: { strategy }, course, shares, prepare }: Trial, state: State, action: Action): Promise<State> {
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

async function learn({ run, release, pods }: Trial, state: State, known: Known, askEvery: number): Promise<Known> {
  // Before it has callers, it is asked here.
  const looked = await pods.look(state.phase === 'preparing' && state.step === 0);
  const { ask, names, strategy } = release;
  const due = ask !== undefined && state.phase === 'soaking' && run.cluster.clock.ms() - known.askedAt >= askEvery;
  // That it was good a moment ago is not said again; that nothing was known may be.
  if (!due) return { ...known, looked, opinion: known.opinion?.result === 'pass' ? undefined : known.opinion };
  const askedAt = run.cluster.clock.ms();
  const seconds = Math.max(1, Math.ceil((askedAt - state.since) / 1000));
  const demand = { pods: pods.wanted, leastRequests: strategy.gate?.leastRequests };
  return { looked, askedAt, opinion: await askGate(ask, names.prefix, seconds, demand, run.signal) };
}

const factsOf = ({ looked, opinion }: Known, at: number): Facts => ({
  at,
  pods: looked?.pods ?? { state: 'progressing', why: 'nobody has looked yet' },
  ...(opinion && { gate: opinion }),
});

/** Remembers and tells how a step went, when it is over. */
function note({ run, pods, steps }: Trial, before: State, after: State, { opinion }: Known): void {
  if (before.phase !== 'soaking' || after.phase === 'soaking') return;
  const seconds = Math.round((run.cluster.clock.ms() - before.since) / 100) / 10;
  steps.push({ weight: before.weight, seconds, pods: pods.wanted, ...(opinion && { gate: opinion }) });
  if (opinion) run.out.line(`gate ${opinion.result}: ${opinion.why}`);
}

/** The codes of what the course itself finds out. */
const codes = { gate: 'gate-failed', 'no-data': 'gate-inconclusive', time: 'deadline', promotion: 'deadline', pods: 'not-judged' } as const;

function troubleOf({ run, release, pods }: Trial, { cause, why }: Extract<Action, { kind: 'abort' }>, { looked }: Known): Trouble {
  const found = cause === 'pods' ? looked?.trouble : undefined;
  const line = `${release.strategy.kind}: ${why}`;
  return found ?? { code: codes[cause], line, provedAt: run.cluster.now(), chain: pods.chain(), others: [] };
}
