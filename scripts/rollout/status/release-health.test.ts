import { expect, test } from '@jest/globals';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { testOwner } from '../record/testing/owner.ts';
import { releaseHealth } from './release-health.ts';

test('releaseHealth reports missing workloads, except those of the administrator’s charts', async () => {
  const workload = (kind: string, name: string, namespace: string) => ({ apiVersion: 'apps/v1', kind, metadata: { name, namespace } });
  const release = {
    revision: 1,
    owner: testOwner,
    outcome: 'good',
    digest: 'd',
    image: 'a:1',
    createdAt: '2026-11-23T18:00:00Z',
    actor: 'ana',
    cause: '',
    inventory: [],
    charts: [
      { chart: 'monitoring', objects: [workload('StatefulSet', 'grafana', 'monitoring')] },
      { chart: 'service', objects: [workload('Deployment', 'api', 'captions')] },
    ],
  } as const;
  const run = {
    cluster: createCluster(createFakeApi().transport, () => Promise.reject(new Error('no port-forward here'))),
    namespace: 'captions',
    owner: testOwner,
    out: silentOutput,
    signal: new AbortController().signal,
    smoke: () => Promise.reject(new Error('no smoke test in this test')),
  };
  expect(await releaseHealth(run, release)).toEqual({
    healthy: false,
    problems: ['Deployment/api is missing'],
    workloads: ['Deployment/api'],
  });
});
