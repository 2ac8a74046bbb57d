import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { runner } from '../../.github/src/layer/pins.ts';
import type { Rehearsal } from '../cli/context.ts';
import type { Output } from '../cli/output.ts';
import { createRecord, parseEntry } from './act-log.ts';
import type { NamedJob } from './called-jobs.ts';

export interface ActRun {
  readonly event: string;
  /** Path of the workflow file in the repository. */
  readonly workflow: string;
  readonly jobs: readonly NamedJob[];
  readonly repository: string;
  readonly cache: string;
  /** All lines of act, as JSON. */
  readonly log: string;
  readonly eventFile: string;
  readonly options: readonly string[];
  /** The complete environment of act, which the jobs inherit. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

const failureLines = 40;

/** Runs a workflow on this machine, prints a line for each step, and returns the jobs in the given order, and the notices. */
export async function runAct(run: ActRun, out: Pick<Output, 'line'>): Promise<Pick<Rehearsal, 'jobs' | 'notices'>> {
  const args = [
    ...[run.event, '--json', '--workflows', run.workflow, '--eventpath', run.eventFile],
    // Jobs run on this machine, not in containers.
    ...['--platform', `${runner}=-self-hosted`, '--no-cache-server', '--action-cache-path', run.cache],
    // act would copy the repository instead of running checkout.
    '--no-skip-checkout',
    ...run.options,
  ];
  const child = spawn('act', args, { cwd: run.repository, env: run.env, signal: run.signal, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(run.log);
  const record = createRecord();
  const messages: string[] = [];
  const read = async (stream: NodeJS.ReadableStream) => {
    for await (const line of createInterface({ input: stream })) {
      log.write(`${line}\n`);
      const entry = parseEntry(line);
      if (entry === undefined) {
        messages.push(line);
        continue;
      }
      record.add(entry);
      if (entry.kind !== 'step') continue;
      out.line(`${entry.job}: ${entry.step}: ${entry.result}, ${entry.seconds.toFixed(1)} s`);
      if (entry.result === 'failure') for (const text of record.tail(entry.job, failureLines)) out.line(`  | ${text.trimEnd()}`);
    }
  };
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [code] = await Promise.all([closed, read(child.stdout), read(child.stderr)]);
  log.end();
  const jobs = record.jobs(run.jobs);
  if (code !== 0 && !jobs.some(({ result }) => result === 'failure')) throw new Error(`act exited with ${code}: ${messages.join(' ')}`);
  return { jobs, notices: [...record.notices] };
}
