import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sampleOf } from './samples.ts';

const run = promisify(execFile);
const body = { content_description: `It's "café" \\ $HOME \`ls\` – 20 %`, count: 3, hashtags: 0, style: 'casual', stream: false };
const image = `data:image/png;base64,${Buffer.from('not really a picture').toString('base64')}`;

describe('The samples', () => {
  let folder: string;
  const received: { authorization: string | undefined; type: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const { authorization, 'content-type': type } = request.headers;
    received.push({ authorization, type, body: await text(request) });
    response.end('{"caption":"c","alternatives":[],"hashtags":[]}');
  });
  let origin: string;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    folder = await mkdtemp(join(tmpdir(), 'leyenda-samples-'));
    await writeFile(join(folder, 'picture.png'), 'not really a picture');
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const options = () => ({ cwd: folder, env: { ...process.env, API_KEY: 'a-key' } });
  const requestOf = async (program: string, argument: readonly string[]) => {
    await run(program, argument, options());
    return received.at(-1);
  };

  test('in JavaScript send the request, with and without a picture', async () => {
    for (const sent of [body, { ...body, image }]) {
      const code = sampleOf('javascript', origin, sent);
      const request = await requestOf(process.execPath, ['--input-type=module', '--eval', code]);
      expect({ ...request, body: JSON.parse(request?.body ?? '') }).toEqual({
        authorization: 'Bearer a-key',
        type: 'application/json',
        body: sent,
      });
    }
  });

  test('in a shell quote every character', async () => {
    expect(sampleOf('curl', origin, { content_description: "it's" })).toContain(`-d '{\n  "content_description": "it'\\''s"\n}'`);
    expect(sampleOf('curl', origin, { content_description: "it's", image })).toContain(
      `--form-string 'content_description=it'\\''s' \\\n  -F image=@picture.png`,
    );
  });

  test('in Python have the values of Python', () => {
    expect(sampleOf('python', origin, { text: 'true "null"', yes: true, no: false })).toContain(
      '    "text": "true \\"null\\"",\n    "yes": True,\n    "no": False\n}',
    );
  });
});
