import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', 'main.js');

/** Starts a process of the service. It gets the variables of `environment`, and none of this process but PATH. */
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
  // Not 'exit', which can come before the last output.
  let hasClosed = false;
  const exited = once(child, 'close').then(([code]) => {
    hasClosed = true;
    return { code, output, errors };
  });

  /** The first match in the output of the process; throws if the process ends without one. */
  async function printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(output)?.[1];
      if (found !== undefined) return found;
      if (hasClosed) throw new Error(`the process ended without printing ${pattern}: ${output}${errors}`);
      await Promise.race([once(child.stdout, 'data'), exited]);
    }
  }
  return {
    printed,
    exited,
    output: () => output,
    pid: child.pid,
    /** Its base URL. */
    url: async () => `http://127.0.0.1:${await printed(/"ports":\{"http":(\d+)/)}`,
    signal: (name: NodeJS.Signals) => child.kill(name),
    async end() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}
export type ServiceProcess = ReturnType<typeof spawnService>;
