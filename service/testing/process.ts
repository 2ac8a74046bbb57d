import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const main = join(import.meta.dirname, '..', 'main.ts');
/** Longest wait for a start, in milliseconds: generous, since an embedded database on a busy machine is slow. */
const patience = 25_000;

/** A process of the service. Only what `environment` says is set, whatever the machine has. */
export function spawnService(environment: Readonly<Record<string, string>>) {
  const env = { PATH: process.env.PATH, PORT: '0', GRAPHQL_PORT: '0', HOST: '127.0.0.1', ...environment };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const exited = once(child, 'exit').then(([code]) => ({ code, output, errors }));

  /** The first match in what the process printed. */
  async function printed(pattern: RegExp): Promise<string> {
    for (const end = Date.now() + patience; Date.now() < end && child.exitCode === null; await sleep(20)) {
      const found = pattern.exec(output)?.[1];
      if (found !== undefined) return found;
    }
    throw new Error(`the process printed no ${pattern}: ${output}${errors}`);
  }
  return {
    printed,
    exited,
    output: () => output,
    /** The address that it listens on. */
    url: async () => `http://127.0.0.1:${await printed(/"ports":\{"http":(\d+)/)}`,
    signal: (name: NodeJS.Signals) => child.kill(name),
    async end() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}
export type ServiceProcess = ReturnType<typeof spawnService>;
