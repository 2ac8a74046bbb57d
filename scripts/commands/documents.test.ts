import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { documentSchemas, parseDocument } from '../cli/documents.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { createFakeApi } from '../cluster/testing/fake-api.ts';
import type { ApiRequest } from '../cluster/transport.ts';
import { encodeRecord } from '../rollout/record/release-history.ts';
import { releaseOf } from '../rollout/record/testing/release.ts';
import { runLeyenda } from '../run-leyenda.ts';

const namespace = product.name;
const image = `ghcr.io/example/app@sha256:${'a'.repeat(64)}`;
const fake = createFakeApi();
const config = (name: string, data: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, uid: `uid-${name}` },
  data,
});
const put = (object: KubeObject) => fake.objects.set(`/api/v1/namespaces/${namespace}/configmaps/${object.metadata.name}`, object);

/** The fake API as an HTTP server, which a command reaches through a kubeconfig. */
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url ?? '', 'http://x');
  const body = chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
  const method: ApiRequest['method'] = Object({ GET: 'GET', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE' })[
    request.method ?? ''
  ];
  const { status, text } = await fake.transport({ method, path: url.pathname, query: Object.fromEntries(url.searchParams), body });
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(text);
});

const printedSchemas = new Set<string>();

/** Runs a command with --json; its document is parsed with its schema. */
async function leyenda(...argv: string[]) {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => true }, terminal: false };
  const exitCode = await runLeyenda([...argv, '--json'], streams, { signal: new AbortController().signal, env: {} });
  const document = parseDocument(stdout);
  printedSchemas.add(String(document.schema));
  const printed: Readonly<Record<string, unknown>> = { exitCode, ...document };
  return printed;
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Object(server.address());
  const file = join(mkdtempSync(join(tmpdir(), 'leyenda-')), 'kubeconfig');
  const context = { name: 'c', context: { cluster: 'c', user: 'u' } };
  const cluster = { name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } };
  writeFileSync(
    file,
    JSON.stringify({ 'current-context': 'c', contexts: [context], clusters: [cluster], users: [{ name: 'u', user: {} }] }),
  );
  process.env.KUBECONFIG = file;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('the JSON documents', () => {
  test('of an empty cluster show that nothing was deployed yet', async () => {
    expect(await leyenda('status', 'local')).toMatchObject({ exitCode: 8, serving: null, lock: { state: 'free' }, health: null });
    expect(await leyenda('history', 'local')).toMatchObject({ exitCode: 0, releases: [] });
    expect(await leyenda('drift', 'local')).toMatchObject({ exitCode: 8, revision: null, objects: [] });
    expect(await leyenda('gc', 'local')).toMatchObject({ exitCode: 0, removed: [], kept: [] });
    expect(await leyenda('verify', 'local')).toMatchObject({ exitCode: 8, passed: false });
  });

  test('of a plan list the changes, and nothing is written', async () => {
    const before = fake.writes.length;
    const { changes } = await leyenda('diff', 'local', '--image', image);
    expect(await leyenda('deploy', 'local', '--image', image, '--dry-run')).toMatchObject({ exitCode: 0, outcome: 'planned', changes });
    expect(JSON.stringify(changes)).toContain(`Deployment/${product.name}-api`);
    expect(fake.writes.slice(before)).toEqual([]);
  });

  test('of a cluster with releases show the deployed release, drift and orphaned objects', async () => {
    const [serving, old] = [config('config-2', { MODE: 'calm' }), config('config-1', {})];
    for (const object of [config('config-2', { MODE: 'loud' }), old]) put(object);
    for (const record of [releaseOf(2, 'good', [serving]), releaseOf(1, 'failed', [old])]) put(encodeRecord(record, namespace));
    expect(await leyenda('history', 'local')).toMatchObject({
      serving: 2,
      releases: [
        { revision: 2, serves: true },
        { revision: 1, serves: false },
      ],
    });
    expect(await leyenda('status', 'local')).toMatchObject({ serving: 2 });
    const fields = [{ path: 'data.MODE', released: 'calm', live: 'loud', manager: null }];
    expect(await leyenda('drift', 'local')).toMatchObject({
      exitCode: 8,
      objects: [{ object: 'ConfigMap/config-2', state: 'changed', fields }],
    });
    expect(await leyenda('gc', 'local', '--dry-run')).toMatchObject({ removed: ['ConfigMap/config-1'] });
    expect(fake.objects.has(`/api/v1/namespaces/${namespace}/configmaps/config-1`)).toBe(true);
    expect(await leyenda('gc', 'local')).toMatchObject({ exitCode: 0, removed: ['ConfigMap/config-1'], failed: [] });
    expect(fake.objects.has(`/api/v1/namespaces/${namespace}/configmaps/config-1`)).toBe(false);
  });

  test('of a failed command have cause, remedy and exit code', async () => {
    expect(await leyenda('deploy', 'local', '--image', 'app:latest')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('digest'),
    });
    expect(await leyenda('rollback', 'local', '7')).toMatchObject({ exitCode: 7, remedy: 'run leyenda history for the recorded releases' });
    expect(await leyenda('status', 'moon')).toMatchObject({ exitCode: 2, error: expect.stringContaining('moon') });
  });

  test('of a cluster with a running deploy name the lock holder', async () => {
    const spec = { holderIdentity: 'ana', leaseDurationSeconds: 15, renewTime: new Date().toISOString() };
    const lease: KubeObject = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'leyenda-deploy', namespace },
      spec,
    };
    fake.objects.set(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/leyenda-deploy`, lease);
    expect(await leyenda('status', 'local')).toMatchObject({ lock: { state: 'held', holder: 'ana' } });
    expect(await leyenda('drift', 'local')).toMatchObject({ exitCode: 6, error: 'a deploy is running: ana' });
    expect(await leyenda('gc', 'local')).toMatchObject({ exitCode: 6 });
  });

  test('of commands without a cluster match their schemas', async () => {
    await leyenda('synth', 'local', '--out', mkdtempSync(join(tmpdir(), 'leyenda-')));
    await leyenda('secrets', 'list', 'production');
    await leyenda('security', 'local');
    await leyenda('completion', 'bash');
    expect(await leyenda('validate', `http://127.0.0.1:${Object(server.address()).port}`)).toMatchObject({ exitCode: 8, passed: false });
    await leyenda('secrets', 'check', 'local');
  });
});

test('these tests print the documents of all other commands', () => {
  const testedElsewhere = [
    'admin',
    'backup',
    'restore',
    'images',
    'rollback',
    'verify-image',
    'check-image',
    'compose',
    'workflows',
    'evidence',
    'init',
    'slo',
    'load',
    'preflight',
    'postflight',
  ];
  const unseen = [...documentSchemas.keys()].filter((name) => !printedSchemas.has(`leyenda/${name}/v1`));
  expect(unseen.toSorted()).toEqual(testedElsewhere.toSorted());
});
