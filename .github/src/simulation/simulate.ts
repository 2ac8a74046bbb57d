import { spawnSync } from 'node:child_process';
import { isCall, type Job, parseWorkflow, type Step } from '../rules/model.ts';
import { renderWorkflows } from '../workflows/index.ts';
import { type Contexts, holds, interpolate, type Status } from './evaluate.ts';

/** What a workflow starts with. */
export interface Situation {
  readonly github: Readonly<Record<string, unknown>>;
  /** Variables of the repository. */
  readonly vars: Readonly<Record<string, string>>;
  /** Jobs that fail if they run; those of a called workflow as `caller/id`. */
  readonly failing?: readonly string[];
}
type Result = 'success' | 'failure' | 'skipped';
export interface Outcome {
  readonly result: Result;
  /** Names of the steps that ran. */
  readonly steps: readonly string[];
}

const files = new Map([...renderWorkflows()].map(([file, text]) => [file, parseWorkflow(file, text)]));
/** Scripts that only read their variables: they run as on GitHub, and decide about the result of their job. */
const realScripts = ['Check the result of every job', 'Report environments without a cluster'];

/** Which jobs and steps of a generated workflow run, by job: the conditions are evaluated, gates run, all other steps succeed. */
export function simulate(file: string, situation: Situation, prefix = ''): ReadonlyMap<string, Outcome> {
  const workflow = files.get(file);
  if (workflow === undefined) throw new Error(`no workflow ${file}`);
  const { github, vars, failing = [] } = situation;
  const outcomes = new Map<string, Outcome>();
  const results = new Map<string, Result>();
  // A job is declared after those that it needs.
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const needed = job.needs.map((need) => [need, { result: results.get(need) }] as const);
    const contexts = { github, vars, needs: Object.fromEntries(needed) };
    const called = isCall(job) ? (job.uses ?? '').split('/').at(-1) : undefined;
    if (!holds(job.if, contexts, statusOf(needed.map(([, { result }]) => result))))
      outcomes.set(`${prefix}${id}`, { result: 'skipped', steps: [] });
    else if (called === undefined) outcomes.set(`${prefix}${id}`, runJob(job, contexts, failing.includes(`${prefix}${id}`)));
    else for (const [inner, outcome] of simulate(called, situation, `${prefix}${id}/`)) outcomes.set(inner, outcome);
    results.set(
      id,
      resultOf(
        [...outcomes].filter(([key]) => key === `${prefix}${id}` || key.startsWith(`${prefix}${id}/`)).map(([, outcome]) => outcome),
      ),
    );
  }
  return outcomes;
}

const statusOf = (needed: readonly (Result | undefined)[]): Status => ({
  success: needed.every((result) => result === 'success'),
  failure: needed.includes('failure'),
  always: true,
  cancelled: false,
});

function resultOf(outcomes: readonly Outcome[]): Result {
  if (outcomes.some(({ result }) => result === 'failure')) return 'failure';
  return outcomes.some(({ result }) => result === 'success') ? 'success' : 'skipped';
}

function runJob({ steps }: Job, contexts: Contexts, fails: boolean): Outcome {
  const ran = steps.filter((step) => holds(step.if, { ...contexts, steps: {}, runner: {} }, statusOf(['success'])));
  const passed = ran.filter(({ name }) => realScripts.includes(String(name))).every((step) => runScript(step, contexts));
  return { result: passed && !fails ? 'success' : 'failure', steps: ran.map(({ name }) => String(name)) };
}

function runScript({ run, env }: Step, contexts: Contexts): boolean {
  const variables = Object.entries(env).map(([name, value]) => [name, interpolate(String(value), contexts)]);
  return (
    spawnSync('bash', ['-eo', 'pipefail', '-c', run], { env: { PATH: process.env.PATH, ...Object.fromEntries(variables) } }).status === 0
  );
}
