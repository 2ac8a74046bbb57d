import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fence, fileOf, isRunnable, type Place, placeOf } from '../../scripts/docs/fences.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { outputDifference } from './output-shape.ts';
import { type Job, Terminal } from './terminal.ts';
import { createWorkspace } from './workspace.ts';

/** What the pages name and each run has its own of: text of a page → its value. */
export type Values = Readonly<Record<string, string>>;

/** A service that answers: its addresses and the first administrator's credentials. */
export interface RunningService {
  readonly http: string;
  readonly graphql: string;
  readonly key: string;
  readonly password: string;
}

const valuesOf = ({ http, graphql, key, password }: RunningService): Values => ({
  'localhost:8080': http,
  'localhost:8001': graphql,
  '127.0.0.1:8080': http,
  '127.0.0.1:8001': graphql,
  'LEYENDA_API_KEY=… leyenda validate': `LEYENDA_API_KEY=${key} leyenda validate http://${http}`,
  'LEYENDA_API_KEY=… npx leyenda validate': `LEYENDA_API_KEY=${key} npx leyenda validate http://${http}`,
  'API_KEY=…': `API_KEY=${key}`,
  '"PASSWORD"': `"${password}"`,
});

const replaced = (text: string, values: Values) =>
  Object.entries(values).reduce((result, [name, value]) => result.replaceAll(name, value), text);

/** A program becomes a file, which Node runs. */
function scriptOf({ language, text }: Fence, folder: string, at: number): string {
  if (language === 'sh') return text;
  const name = `program-${at}.${language === 'js' ? 'mjs' : 'ts'}`;
  writeFileSync(join(folder, name), text);
  return `node ${name}`;
}

/** The addresses that a started block logs once it is ready. */
const portsPattern = /"ports":\{"http":(\d+)(?:,"graphql":(\d+))?/;

/** Stops a job as Ctrl+C does. */
async function stop({ group, ended }: Job): Promise<void> {
  process.kill(-group, 'SIGINT');
  await waitUntil(ended);
}

class PageRun {
  readonly #workspace = createWorkspace();
  readonly #terminal: Terminal;
  readonly #values: Values;
  #service: RunningService | undefined;
  /** Written before each block, with the addresses of the service that runs then. */
  readonly #files = new Map<string, string>();
  #jobs: Job[] = [];

  constructor(values: Values, service: RunningService | undefined) {
    this.#values = values;
    this.#service = service;
    this.#terminal = new Terminal(this.#workspace.folder, { ...this.#workspace.env, ...(service && { API_KEY: service.key }) });
  }

  #textOf(text: string): string {
    return replaced(text, { ...this.#values, ...(this.#service && valuesOf(this.#service)) });
  }

  async #stopServices(): Promise<void> {
    for (const job of this.#jobs.splice(0)) await stop(job);
  }

  /** A service in the foreground of a reader's second terminal: it is stopped before the next one starts. */
  async #startService(fence: Fence, script: string): Promise<string | undefined> {
    if (!fence.marks.includes('also')) await this.#stopServices();
    const job = await this.#terminal.start(script);
    const { output, ended } = job;
    this.#jobs.push(job);
    await waitUntil(() => ended() || portsPattern.test(output()));
    const [, http, graphql] = portsPattern.exec(output()) ?? [];
    if (http === undefined) return `the service ended: ${output()}`;
    const earlier = this.#service;
    this.#service = {
      http: `127.0.0.1:${http}`,
      graphql: graphql === undefined ? (earlier?.graphql ?? '') : `127.0.0.1:${graphql}`,
      key: /API key +(\S+)/.exec(output())?.[1] ?? earlier?.key ?? '',
      password: /Password +(\S+)/.exec(output())?.[1] ?? earlier?.password ?? '',
    };
    const { failed, errors } = await this.#terminal.run(`export API_KEY=${this.#service.key}`);
    return failed ? errors : undefined;
  }

  /** @returns why the block does not do what the page says; undefined if it does */
  async block(fence: Fence, next: Fence | undefined, at: number): Promise<string | undefined> {
    for (const [name, text] of this.#files) writeFileSync(join(this.#workspace.folder, name), this.#textOf(text));
    const script = scriptOf({ ...fence, text: this.#textOf(fence.text) }, this.#workspace.folder, at);
    if (fence.marks.includes('stops')) await this.#stopServices();
    if (fence.marks.includes('serves')) return this.#startService(fence, script);
    const mustFail = fence.marks.includes('fails');
    const { failed, output, errors } = await this.#terminal.run(mustFail ? `if (\n${script}\n); then exit 1; fi` : script);
    if (failed) return mustFail ? `no command failed: ${output}` : `a command failed: ${output}${errors}`;
    return next?.marks.includes('output') ? outputDifference(next.language, this.#textOf(next.text), output + errors) : undefined;
  }

  file(name: string, text: string): void {
    if (existsSync(join(this.#workspace.folder, name))) throw new Error(`${name} exists`);
    this.#files.set(name, text);
  }

  async end(): Promise<void> {
    await this.#stopServices();
    await this.#terminal.close();
    this.#workspace.remove();
  }
}

/** Whether `runPage` has something to do with a block of a page in this environment. */
export const belongsTo = (place: Place) => (fence: Fence) => isRunnable(fence) && placeOf(fence) === place;

interface PageOptions {
  readonly place: Place;
  readonly values: Values;
  /** For pages that start no service. */
  readonly service: RunningService | undefined;
}

/** Runs the blocks of a page in order, in one shell. @returns the first failure, with its line; undefined if there is none */
export async function runPage(fences: readonly Fence[], { place, values, service }: PageOptions): Promise<string | undefined> {
  const run = new PageRun(values, service);
  try {
    for (const [at, fence] of fences.entries()) {
      const name = fileOf(fence);
      if (name !== undefined) run.file(name, fence.text);
      if (!belongsTo(place)(fence)) continue;
      const failure = await run.block(fence, fences[at + 1], at);
      if (failure !== undefined) return `${fence.page}:${fence.line}: ${failure}`;
    }
    return undefined;
  } finally {
    await run.end();
  }
}
