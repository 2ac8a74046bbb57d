import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { endpoints } from '../../contract/endpoints/index.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { g0, generate } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';

const running: ServiceProcess[] = [];
afterEach(async () => {
  for (const service of running.splice(0)) await service.end();
});
function start(environment: Readonly<Record<string, string>>): ServiceProcess {
  const service = spawnService(environment);
  running.push(service);
  return service;
}

/** A secret of 40 characters that no other value contains. */
const secrets = fc.string({ unit: fc.constantFrom(...'abcXYZ0189-_~+/'), minLength: 38, maxLength: 38 }).map((text) => `k${text}k`);
/** An API of a text model that repeats the credential that it rejects, as OpenAI does. */
async function echoingModel() {
  const server = createServer((request, response) => {
    response.writeHead(401, { 'Content-Type': 'application/json' });
    response.end(
      JSON.stringify({ error: { message: `Incorrect API key provided: ${request.headers.authorization}`, code: 'invalid_api_key' } }),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1`, close: () => server.close() };
}

describe('The output of a process contains no secret', () => {
  test('if the database, Redis and the text model fail while it serves', async () => {
    const model = await echoingModel();
    const property = fc.asyncProperty(fc.array(secrets, { minLength: 8, maxLength: 8 }), async (values) => {
      const [databasePassword = '', redisPassword = '', key = '', modelKey = '', secret = '', s3Key = '', unknownKey = '', cookie = ''] =
        values;
      const service = start({
        ROLE: 'api',
        LOG_LEVEL: 'trace',
        DATABASE_URL: `postgresql://ana:${encodeURIComponent(databasePassword)}@127.0.0.1:1/x`,
        REDIS_URL: `redis://:${encodeURIComponent(redisPassword)}@127.0.0.1:1/0`,
        VALID_API_KEYS: key,
        SECRET_KEY: secret,
        OPENAI_API_KEY: modelKey,
        OPENAI_BASE_URL: model.url,
        S3_SECRET_ACCESS_KEY: s3Key,
      });
      await service.printed(/(Application starting up)/);
      const url = await service.url();
      await generate({ url }, g0, key);
      await generate({ url }, g0, unknownKey);
      await generate({ url }, `{"password":"${unknownKey}`, key, {
        headers: { Authorization: `Bearer ${key}`, Cookie: `session=${cookie}` },
      });
      await fetch(`${url}${endpoints.login.path}?token=${unknownKey}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'User-Agent': `robot password=${cookie}` },
        body: JSON.stringify({ username: 'ana', password: unknownKey }),
      });
      await fetch(`${url}/files/${encodeURIComponent(secret)}`);
      await waitUntil(() => service.output().includes('"url":"/files/'));
      service.signal('SIGTERM');
      const { output, errors } = await service.exited;
      expect(output).toContain('Incorrect API key provided');
      for (const value of values) expect(`${output}${errors}`).not.toContain(value);
    });
    await fc.assert(property, { numRuns: 3, endOnFailure: true });
    model.close();
  });

  test.each([
    [
      'a setting is invalid',
      { SECRET_KEY: 'short-secret', REDIS_URL: 'http://:short-secret@cache', TEXT_MODELS: '[{"api_key":"short-secret"}]' },
    ],
    ['a URL that is no secret has a password', { OPENAI_BASE_URL: 'ftp://ana:short-secret@example.org' }],
    ['the database cannot be migrated', { ROLE: 'migrate', DATABASE_URL: 'postgresql://ana:short-secret@127.0.0.1:1/x' }],
    ['a folder cannot be used', { LEYENDA_DATA_DIR: '/dev/null/x', SECRET_KEY: 'short-secret-short-secret-short-secret' }],
  ])('if it cannot start because %s', async (_, environment) => {
    const { code, output, errors } = await start(environment).exited;
    expect(code).toBe(1);
    expect(`${output}${errors}`).not.toContain('short-secret');
  });
});
