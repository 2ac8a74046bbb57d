import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { job } from '../../.github/src/layer/job.ts';
import { release } from '../../.github/src/workflows/release.ts';
import { startTokenService, type TokenService } from './token-service.ts';

/** A job whose signature has the identity of the workflow. */
const signer = job('signer', { name: 'Sign', runner: 'ubuntu-24.04', minutes: 1, permissions: { 'id-token': 'write' } }, () => undefined);

let service: TokenService;
beforeAll(async () => {
  service = await startTokenService([...release.jobs, signer], async (environment) => {
    if (environment === 'production') throw new Error('the cluster does not answer');
    return `token of ${environment}`;
  });
});
afterAll(() => service.close());

async function request(job: string, secret = service.secret) {
  const response = await fetch(`${service.url}?job=${job}&audience=x`, { headers: { authorization: `Bearer ${secret}` } });
  return { status: response.status, body: await response.json() };
}

test('returns a token of the environment of the job', async () => {
  expect(await request('staging')).toEqual({ status: 200, body: { value: 'token of staging' } });
});

test.each(['build', 'scan', 'unknown'])('rejects the job %s, which has no id-token: write', async (job) => {
  expect(await request(job)).toEqual({ status: 403, body: { message: `the job ${job} has no id-token: write` } });
});

test('rejects a job that signs, because it has no environment', async () => {
  expect(await request('signer')).toMatchObject({ status: 403 });
});

test('rejects a request without the secret of the jobs', async () => {
  expect(await request('staging', 'x')).toMatchObject({ status: 401 });
});

test('returns the error if the cluster issues no token', async () => {
  expect(await request('production')).toEqual({ status: 500, body: { message: 'Error: the cluster does not answer' } });
});
