import type { RehearsedJob, RehearsedStep } from '../cli/context.ts';
import { at, listAt, numberAt, parseJson, textAt } from '../values/json.ts';
import type { NamedJob } from './called-jobs.ts';

/** What a line of act's JSON log reports. */
type Entry =
  | ({ readonly kind: 'step'; readonly job: string } & RehearsedStep)
  | { readonly kind: 'job'; readonly job: string; readonly result: string; readonly time: number }
  | {
      readonly kind: 'output';
      readonly job: string;
      readonly text: string | undefined;
      readonly notice: string | undefined;
      readonly time: number;
    };

const nanoseconds = 1e9;

/** @returns undefined for text that is no entry of a job */
export function parseEntry(line: string): Entry | undefined {
  const entry = parseJson(line);
  const job = textAt(entry, 'job')?.trim();
  if (job === undefined) return undefined;
  const time = Date.parse(textAt(entry, 'time') ?? '');
  const result = textAt(entry, 'jobResult');
  if (result !== undefined) return { kind: 'job', job, result, time };
  const stepResult = textAt(entry, 'stepResult');
  const [step, duration] = [textAt(entry, 'step'), numberAt(entry, 'executionTime')];
  // The step of a composite action reports too, within the step that uses the action.
  const isStep = stepResult !== undefined && step !== undefined && textAt(entry, 'stage') === 'Main' && depthOf(entry) === 1;
  if (isStep) return { kind: 'step', job, step, result: stepResult, seconds: (duration ?? 0) / nanoseconds };
  // Only what a script printed, without act's own messages.
  const message = textAt(entry, 'msg') ?? '';
  return { kind: 'output', job, text: at(entry, 'raw_output') === true ? message : undefined, notice: noticeIn(message), time };
}

/** An annotation that the workflow itself writes has a title. */
const noticeIn = (message: string): string | undefined => /::notice title=([^:]*)::(.*)/.exec(message)?.slice(1).join(': ');

const depthOf = (entry: unknown): number => listAt(entry, 'stepID').length;

/** Collects the entries of a run. */
export function createRecord() {
  const jobs = new Map<string, { started: number; ended: number; result: string; steps: RehearsedStep[]; output: string[] }>();
  const of = (job: string, time: number) => {
    const known = jobs.get(job) ?? { started: time, ended: time, result: 'skipped', steps: [], output: [] };
    jobs.set(job, known);
    return known;
  };
  const notices = new Set<string>();
  return {
    notices,
    add(entry: Entry): void {
      if (entry.kind === 'step') {
        const { step, result, seconds } = entry;
        jobs.get(entry.job)?.steps.push({ step, result, seconds });
        return;
      }
      const job = of(entry.job, entry.time);
      job.ended = entry.time;
      if (entry.kind === 'output' && entry.notice !== undefined) notices.add(entry.notice);
      if (entry.kind === 'job') job.result = entry.result;
      else if (entry.text !== undefined) job.output.push(entry.text);
    },
    /** The last lines of a job. */
    tail: (job: string, lines: number): readonly string[] => jobs.get(job)?.output.slice(-lines) ?? [],
    /** The result of each of these jobs; one that act did not start was skipped. */
    jobs: (named: readonly Pick<NamedJob, 'id' | 'logName'>[]): readonly RehearsedJob[] =>
      named.map(({ id, logName }) => {
        const found = jobs.get(logName);
        if (found === undefined) return { job: id, result: 'skipped', seconds: 0, steps: [] };
        return { job: id, result: found.result, seconds: Math.round((found.ended - found.started) / 1000), steps: found.steps };
      }),
  };
}
