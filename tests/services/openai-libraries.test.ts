import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { startService } from '../../service/testing/service.ts';
import { respondsWithText, startUpstream } from '../../service/testing/upstream.ts';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'openai-library-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const programs = join(import.meta.dirname, 'programs');

/** Each installs the official library in the folder. @returns the command that runs the client program */
const libraries = {
  async Python() {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'openai'], { timeout: 100_000 });
    return [join(folder, 'bin', 'python'), join(programs, 'openai-client.py')];
  },
  async JavaScript() {
    const program = join(folder, 'openai-client.mjs');
    await copyFile(join(programs, 'openai-client.js'), program);
    await run('npm', ['install', '--prefix', folder, '--ignore-scripts', 'openai@7.57.0'], { timeout: 100_000 });
    return [process.execPath, program];
  },
};

for (const [name, install] of Object.entries(libraries)) {
  const command = await install().catch((error: unknown) => {
    console.error(`skipped: the ${name} package openai cannot be installed: ${String(error).split('\n')[0]}`);
    return undefined;
  });
  (command === undefined ? describe.skip : describe)(`OpenAI's own ${name} library`, () => {
    test('works with only another base URL: responses, streams, models and errors', async () => {
      const [file = '', ...args] = command ?? [];
      const upstream = await startUpstream(respondsWithText('Four words in all.'));
      const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' };
      const service = await startService({ TEXT_MODELS: JSON.stringify([fake]) });
      try {
        const { stdout } = await run(file, [...args, `${service.url}/v1`, 'user-key'], { timeout: 60_000 });
        expect(JSON.parse(stdout)).toEqual({
          models: ['auto', 'fake'],
          text: 'Four words in all.',
          tokens: 18,
          pieces: ['', 'Four ', 'words ', 'in ', 'all.', ''],
          streamed_tokens: 18,
          response: 'Four words in all.',
          streamed_response: 'Four words in all.',
          completion: 'Four words in all.',
          no_tools: { kind: 'BadRequestError', status: 400, code: 'invalid_request' },
          wrong_key: { kind: 'AuthenticationError', status: 401, code: 'unauthorized' },
        });
      } finally {
        await service.close();
        await upstream.close();
      }
    });
  });
}
