import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from '@jest/globals';
import { startService } from '../../service/testing/service.ts';
import { respondsWithText, startUpstream } from '../../service/testing/upstream.ts';

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'openai-python-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Python with the official library in its own folder; undefined, with the reason on standard error, if it cannot be installed. */
async function installed(): Promise<string | undefined> {
  try {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', 'openai'], { timeout: 100_000 });
    return join(folder, 'bin', 'python');
  } catch (error) {
    console.error(`skipped: python3 with venv and the package openai cannot be installed: ${String(error).split('\n')[0]}`);
    return undefined;
  }
}
const python = await installed();
const program = join(import.meta.dirname, 'programs', 'openai-client.py');

(python === undefined ? describe.skip : describe)("OpenAI's own Python library", () => {
  test('works with only another base URL: responses, streams, models and errors', async () => {
    const upstream = await startUpstream(respondsWithText('Four words in all.'));
    const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' };
    const service = await startService({ TEXT_MODELS: JSON.stringify([fake]) });
    try {
      const { stdout } = await run(python ?? '', [program, `${service.url}/v1`, 'user-key'], { timeout: 60_000 });
      expect(JSON.parse(stdout)).toEqual({
        models: ['auto', 'fake'],
        text: 'Four words in all.',
        tokens: 18,
        pieces: ['', 'Four ', 'words ', 'in ', 'all.', ''],
        streamed_tokens: 18,
        no_tools: { kind: 'BadRequestError', status: 400, code: 'invalid_request' },
        wrong_key: { kind: 'AuthenticationError', status: 401, code: 'unauthorized' },
      });
    } finally {
      await service.close();
      await upstream.close();
    }
  });
});
