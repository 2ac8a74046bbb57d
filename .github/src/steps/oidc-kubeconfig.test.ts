import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';

const program = join(import.meta.dirname, 'oidc-kubeconfig.ts');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Like GitHub, returns a token for the requested audience if the request has the bearer token of the job. */
const github: Server = createServer((request, response) => {
  const audience = new URL(request.url ?? '/', 'http://localhost').searchParams.get('audience');
  const allowed = request.headers.authorization === 'Bearer token-of-the-job';
  response.statusCode = allowed ? 200 : 401;
  response.end(JSON.stringify(allowed ? { value: `${base64({})}.${base64({ aud: audience, exp: inSeconds(300) })}.signature` } : {}));
});
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oidc-'));
  await new Promise<void>((resolve) => github.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = github.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  env = {
    CLUSTER_LOGIN: 'oidc',
    CLUSTER_SERVER: 'https://cluster.example:6443',
    CLUSTER_CA: Buffer.from('certificate').toString('base64'),
    CLUSTER_AUDIENCE: 'leyenda-staging',
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'token-of-the-job',
  };
});
afterAll(async () => {
  for (const name of Object.keys(env)) delete process.env[name];
  github.close();
  await rm(folder, { recursive: true });
});

/** Runs the program as a workflow does. */
const run = (args: readonly string[], variables: Readonly<Record<string, string>>) =>
  promisify(execFile)('node', [program, ...args], { env: { PATH: process.env.PATH, ...variables } });

describe('oidc-kubeconfig', () => {
  test('writes a kubeconfig without a token, readable by its owner only, from which the client gets a token', async () => {
    const file = join(folder, 'kubeconfig');
    await run(['write', file], env);
    const config = new KubeConfig();
    config.loadFromFile(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(config.getCurrentCluster()?.server).toBe('https://cluster.example:6443');
    expect(await readFile(file, 'utf8')).not.toMatch(/token-of-the-job|"token":/);

    Object.assign(process.env, env);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const [, claims] = String(Reflect.get(options.headers ?? {}, 'Authorization')).split('.');
    expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toMatchObject({ aud: 'leyenda-staging' });
  });

  test('keeps the path of a cluster behind a proxy such as Rancher', async () => {
    const file = join(folder, 'kubeconfig-rancher');
    await run(['write', file], { ...env, CLUSTER_SERVER: 'https://rancher.example/k8s/clusters/c-xyz/' });
    const config = new KubeConfig();
    config.loadFromFile(file);
    expect(config.getCurrentCluster()?.server).toBe('https://rancher.example/k8s/clusters/c-xyz');
  });

  test('sets the expiry 30 seconds before that of the token', async () => {
    const { stdout } = await run(['github'], env);
    const { apiVersion, kind, status } = JSON.parse(stdout);
    expect([apiVersion, kind]).toEqual(['client.authentication.k8s.io/v1', 'ExecCredential']);
    const { exp } = JSON.parse(Buffer.from(status.token.split('.')[1], 'base64url').toString());
    expect(Date.parse(status.expirationTimestamp)).toBe((exp - 30) * 1000);
  });

  const userIn = async (name: string, variables: Readonly<Record<string, string>>) => {
    const file = join(folder, name);
    await run(['write', file], { ...env, ...variables });
    const config = new KubeConfig();
    config.loadFromFile(file);
    return config;
  };

  test('lets the AWS CLI sign the token for EKS', async () => {
    const config = await userIn('eks', { CLUSTER_LOGIN: 'eks', AWS_REGION: 'eu-west-1', EKS_CLUSTER: 'main' });
    expect(config.getCurrentUser()?.exec).toMatchObject({
      command: 'aws',
      args: ['eks', 'get-token', '--output', 'json', '--region', 'eu-west-1', '--cluster-name', 'main'],
    });
  });

  test('takes the token for GKE from the variable of the step, not from the file', async () => {
    const config = await userIn('gke', { CLUSTER_LOGIN: 'gke', CLUSTER_TOKEN: 'ya29.token' });
    expect(await readFile(join(folder, 'gke'), 'utf8')).not.toContain('ya29');
    const { command, args } = z.object({ command: z.string(), args: z.array(z.string()) }).parse(config.getCurrentUser()?.exec);
    const { stdout } = await promisify(execFile)(command, args, { env: { CLUSTER_TOKEN: 'ya29.token' } });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'ExecCredential', status: { token: 'ya29.token' } });
  });

  test.each([
    ['names every missing variable', ['write', '/nowhere'], { CLUSTER_CA: '' }, /not set: CLUSTER_CA/],
    ['rejects a cluster without TLS', ['write', '/nowhere'], { CLUSTER_SERVER: 'http://cluster.example' }, /must be an https URL/],
    ['reports that GitHub rejected the request', ['github'], { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'other' }, /returned 401/],
    ['rejects an unknown login', ['write', '/nowhere'], { CLUSTER_LOGIN: 'aks' }, /must be one of oidc, eks, gke, not aks/],
    ['names the variables of the login', ['write', '/nowhere'], { CLUSTER_LOGIN: 'eks' }, /not set: AWS_REGION, EKS_CLUSTER/],
    ['reports that Google Cloud returned no token', ['variable'], {}, /not set: CLUSTER_TOKEN/],
    ['prints its usage', [], {}, /usage/],
  ])('%s', async (_, args, changed, message) => {
    await expect(run(args, { ...env, ...changed })).rejects.toThrow(message);
  });
});
