import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../service/testing/wait-until.ts';

/** The character after the output of a block; no program prints it. */
const end = '\u001e';

export interface BlockResult {
  /** A command failed, which ends the shell. */
  readonly failed: boolean;
  readonly output: string;
  readonly errors: string;
}

/** Whether a process of the group exists. */
function exists(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** A block that runs in the background. */
export interface Job {
  /** Number of its process group. */
  readonly group: number;
  readonly output: () => string;
  readonly ended: () => boolean;
}

/** One shell for all blocks of a page, as a reader has it: variables of a block are those of the next. */
export class Terminal {
  readonly #folder: string;
  readonly #shell: ChildProcess;
  readonly #closed: Promise<unknown>;
  #output = '';
  #errors = '';
  #blocks = 0;
  #hasClosed = false;

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env, stdio: 'pipe' });
    this.#shell.stdout?.on('data', (chunk) => {
      this.#output += String(chunk);
    });
    this.#shell.stderr?.on('data', (chunk) => {
      this.#errors += String(chunk);
    });
    // A line that is written after a failed block finds no reader.
    this.#shell.stdin?.on('error', () => {});
    this.#closed = once(this.#shell, 'close').then(() => {
      this.#hasClosed = true;
    });
    // Background jobs get process groups of their own, which signals can be sent to.
    this.#write('set -m -e -o pipefail');
  }

  #write(line: string): void {
    this.#shell.stdin?.write(`${line}\n`);
  }

  #file(text: string): string {
    const name = `.block-${++this.#blocks}.sh`;
    writeFileSync(join(this.#folder, name), `${text}\n`);
    return name;
  }

  /** Runs a block to its end. */
  async run(text: string): Promise<BlockResult> {
    const [fromOutput, fromErrors] = [this.#output.length, this.#errors.length];
    this.#write(`. ./${this.#file(text)} </dev/null; printf '\\036'`);
    await waitUntil(() => this.#hasClosed || this.#output.includes(end, fromOutput));
    const output = this.#output.slice(fromOutput).replace(end, '');
    return { failed: this.#hasClosed, output, errors: this.#errors.slice(fromErrors) };
  }

  /** Starts a block in the background. */
  async start(text: string): Promise<Job> {
    const name = this.#file(text);
    const { output, errors } = await this.run(`{ . ./${name}; } </dev/null >${name}.log 2>&1 &\nprintf '%s' "$!"`);
    if (!/^\d+$/.test(output)) throw new Error(`the shell started no job: ${output}${errors}`);
    const [group, log] = [Number(output), join(this.#folder, `${name}.log`)];
    return { group, output: () => (existsSync(log) ? readFileSync(log, 'utf8') : ''), ended: () => !exists(group) };
  }

  async close(): Promise<void> {
    this.#shell.stdin?.end();
    await this.#closed;
  }
}
