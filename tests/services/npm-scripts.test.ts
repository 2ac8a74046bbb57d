import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';

const root = join(import.meta.dirname, '../..');
/** The role api starts without a database and waits for it. */
const environment = { ROLE: 'api', DATABASE_URL: 'postgresql://user@127.0.0.1:1/none', PORT: '0', HOST: '127.0.0.1' };

describe('npm', () => {
  let npm: ChildProcess | undefined;
  afterEach(() => {
    // The process group includes a service that outlives npm.
    try {
      if (npm?.pid !== undefined) process.kill(-npm.pid, 'SIGKILL');
    } catch (error) {
      if (!Error.isError(error) || !('code' in error) || error.code !== 'ESRCH') throw error;
    }
    npm = undefined;
  });

  test.each([
    ['start', 'sh'],
    ['start', 'bash'],
    ['dev', 'sh'],
  ])('run %s with %s stops the service gracefully on SIGTERM', async (script, shell) => {
    const env = { PATH: process.env.PATH, npm_config_script_shell: shell, ...environment };
    const child = spawn('npm', ['run', script], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    npm = child;
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    // The service must be running before npm gets SIGTERM.
    while (!output.includes('Application starting up')) await once(child.stdout, 'data');
    const [, port] = /"ports":\{"http":(\d+)/.exec(output) ?? [];
    const url = `http://127.0.0.1:${port}/health`;
    expect((await fetch(url)).status).toBe(200);
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
    await closed;
    expect(output).toContain('Application shutting down');
  });

  test('replaces the shell with each program, so that signals reach the program', () => {
    const { scripts } = z
      .object({ scripts: z.record(z.string(), z.string()) })
      .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
    expect(Object.entries(scripts).filter(([, line]) => line.startsWith('node '))).toEqual([]);
  });
});
