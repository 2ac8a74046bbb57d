import { describe, expect, test } from '@jest/globals';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { collectEvidence, evidenceText, warningsAbout } from './evidence.ts';

const event = (second: number, name: string, reason: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${name}.${second}` },
  type: 'Warning',
  reason,
  message: `${reason} of ${name}`,
  lastTimestamp: `2026-01-01T00:00:0${second}Z`,
  involvedObject: { kind: 'Pod', name },
  ...more,
});
const chain = [{ kind: 'Pod', namespace: 'n', name: 'api-1' }];

describe('warningsAbout', () => {
  test('returns warnings about the objects of the chain, oldest first', () => {
    const events = [event(3, 'api-1', 'BackOff'), event(1, 'api-1', 'Unhealthy'), event(2, 'other', 'BackOff')];
    expect(warningsAbout(events, chain).map((line) => line.split(' ')[2])).toEqual(['Unhealthy:', 'BackOff:']);
  });

  test('skips normal events, and all but the newest two of a kind', () => {
    const events = [1, 2, 3, 4].map((second) => event(second, 'api-1', 'FailedCreate'));
    const lines = warningsAbout([...events, event(5, 'api-1', 'Pulled', { type: 'Normal' })], chain);
    expect(lines.map((line) => line.slice(0, 20))).toEqual(['2026-01-01T00:00:03Z', '2026-01-01T00:00:04Z']);
  });

  test('masks secrets', () => {
    const events = [event(1, 'api-1', 'Failed', { message: 'dial postgres://u:hunter2@db failed' })];
    expect(warningsAbout(events, chain).join()).not.toContain('hunter2');
  });
});

test('collectEvidence explains an exec format error with the architecture of the node', async () => {
  const fake = createFakeApi();
  fake.objects.set('/api/v1/namespaces/n/pods/api-1', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'api-1', namespace: 'n' },
    spec: { nodeName: 'node-1', containers: [{ name: 'api' }] },
  });
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, status: { nodeInfo: { architecture: 'amd64' } } };
  const cluster = createCluster(
    async (call) => {
      if (call.path.endsWith('/log')) return { status: 200, text: 'exec /app/server: exec format error\n' };
      return call.path.endsWith('/nodes/node-1') ? { status: 200, text: JSON.stringify(node) } : fake.transport(call);
    },
    () => Promise.reject(new Error('no port-forward here')),
  );
  const failure = { code: 'crash-loop', line: 'api exited with code 255', provedAt: new Date(0), chain, others: [] } as const;
  expect((await collectEvidence(cluster, 'n', failure)).cause).toBe(
    'api exited with code 255; the image is built for another architecture than node node-1 (amd64): build it for that one, or for both',
  );
});

test('evidenceText starts with the cause and skips empty sections', () => {
  const text = evidenceText({
    code: 'crash-loop',
    cause: 'api exited with code 1',
    others: [],
    provedAt: '2026-01-01T00:00:00Z',
    chain: ['Deployment/api', 'Pod/api-1'],
    logs: [{ pod: 'api-1', container: 'api', run: 'previous', text: 'boom\nbang' }],
    events: [],
    nodes: [],
  });
  expect(text).toBe(
    ['cause: api exited with code 1', 'objects:', '  Deployment/api → Pod/api-1', 'previous log of api-1 api:', '  boom', '  bang'].join(
      '\n',
    ),
  );
});
