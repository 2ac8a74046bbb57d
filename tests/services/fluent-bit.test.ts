import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { spawnService } from '../../service/testing/process.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { missing, startFluentBit } from './fluent-bit.ts';

if (missing !== undefined) console.error(`skipped: ${missing}`);

const { name: namespace } = product;
const pod = { name: `${product.name}-api-7c9d-x2x`, namespace, labels: { 'app.kubernetes.io/component': 'api' } };
const fileOf = (of: { readonly name: string; readonly namespace: string }) =>
  `${of.name}_${of.namespace}_api-${'0123456789abcdef'.repeat(4)}.log`;
/** Bytes after which containerd splits a line. */
const partBytes = 16_384;

/** Lines of a container as containerd writes them. */
function containerd(lines: readonly string[], stream: 'stdout' | 'stderr' = 'stdout'): string {
  const at = new Date().toISOString();
  const parts = (line: string) => line.match(new RegExp(`.{1,${partBytes}}`, 'g')) ?? [''];
  return lines
    .flatMap((line) => parts(line).map((part, index, all) => `${at} ${stream} ${index === all.length - 1 ? 'F' : 'P'} ${part}\n`))
    .join('');
}

/** The lines of a process that has served a request, rejected one, and stopped. */
async function linesOfService(): Promise<string[]> {
  const service = spawnService({ ROLE: 'api' });
  const url = await service.url();
  await fetch(`${url}/api/v1/docs`, { headers: { 'X-Request-ID': 'request-0001' } });
  await fetch(`${url}/nothing`, { headers: { 'X-Request-ID': 'request-0002' } });
  await waitUntil(() => service.output().includes('HTTP Error'));
  service.signal('SIGTERM');
  const { output } = await service.exited;
  return output
    .trimEnd()
    .split('\n')
    .filter((line) => line.startsWith('{'));
}

(missing === undefined ? describe : describe.skip)('Fluent Bit with the configuration of the cluster', () => {
  test('sends each field of each line of the service with the data of its pod to the index, and nothing of other namespaces', async () => {
    const fluentBit = await startFluentBit([pod]);
    const long = JSON.stringify({ level: 'error', message: 'long', error: { stack: 'at x '.repeat(10_000) } });
    const lines = [...(await linesOfService()), long];
    const foreign = { name: `${product.name}-api-other`, namespace: 'other' };
    appendFileSync(join(fluentBit.logs, fileOf(foreign)), containerd(['{"level":"info","message":"foreign"}']));
    appendFileSync(join(fluentBit.logs, fileOf(pod)), containerd(lines) + containerd(['Error: no JSON'], 'stderr'));
    await waitUntil(() => fluentBit.documents.some(({ stream }) => stream === 'stderr'));
    await fluentBit.end();
    const sent = fluentBit.documents;
    expect(sent.every(({ action }) => JSON.stringify(action) === '{"create":{"_index":"captions"}}')).toBe(true);
    expect(sent).toMatchObject([...lines.map((line) => JSON.parse(line)), { log: 'Error: no JSON', stream: 'stderr' }]);
    for (const { kubernetes, '@timestamp': at } of sent) {
      expect(kubernetes).toMatchObject({
        pod_name: pod.name,
        namespace_name: namespace,
        container_name: 'api',
        host: 'node-1',
        labels: { 'app_kubernetes_io/component': 'api' },
      });
      expect(Date.parse(String(at))).toBeGreaterThan(0);
    }
    expect(sent.filter(({ request_id }) => request_id === 'request-0002')).toHaveLength(3);
  });
});
