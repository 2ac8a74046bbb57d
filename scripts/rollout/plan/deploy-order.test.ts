import { describe, expect, test } from '@jest/globals';
import { metadataKeys } from '../../../contract/product.ts';
import { workloadRoles } from '../../../contract/roles.ts';
import { connectionsOf } from '../../../manifests/constructs/network-peers.ts';
import { deployments } from '../../../manifests/environments/index.ts';
import { synthesize } from '../../../manifests/synth.ts';
import { blocksRollout, isCustomResourceKind, isReportedOnly } from '../judge/custom-resources.ts';
import { isWorkload, rolloutSteps } from './deploy-order.ts';

const object = (kind: string, name = kind.toLowerCase()) => ({ apiVersion: 'v1', kind, metadata: { name } });

describe('rolloutSteps', () => {
  test('orders charts as data, service, edge, observability, without those of the administrator', () => {
    const charts = ['platform', 'monitoring', 'observability', 'edge', 'service', 'data'].map((chart) => ({
      chart,
      objects: [object('Service')],
    }));
    expect(rolloutSteps(charts).map(({ chart }) => chart)).toEqual(['data', 'service', 'edge', 'observability']);
  });

  test('orders the objects of a chart as configuration, migration, workloads', () => {
    const kinds = ['HorizontalPodAutoscaler', 'Deployment', 'Job', 'Service', 'NetworkPolicy', 'ConfigMap'];
    const steps = rolloutSteps([{ chart: 'service', objects: kinds.map((kind) => object(kind)) }]);
    expect(steps.map(({ stage, objects }) => [stage, objects.map(({ kind }) => kind)])).toEqual([
      ['configure', ['NetworkPolicy', 'ConfigMap']],
      ['migrate', ['Job']],
      ['run', ['Service', 'Deployment', 'HorizontalPodAutoscaler']],
    ]);
  });

  test('applies the configuration of all charts before any workload, so that a store starts with its network policies', () => {
    const steps = rolloutSteps([
      { chart: 'service', objects: [object('Deployment'), object('NetworkPolicy'), object('Job')] },
      { chart: 'data', objects: [object('Cluster'), object('ObjectStore')] },
    ]);
    expect(steps.map(({ chart, stage }) => `${chart} ${stage}`)).toEqual([
      'data configure',
      'service configure',
      'data run',
      'service migrate',
      'service run',
    ]);
  });

  test('does not depend on the order of the objects', () => {
    const objects = [object('ConfigMap', 'b'), object('ConfigMap', 'a'), object('Gateway'), object('HTTPRoute')];
    expect(rolloutSteps([{ chart: 'edge', objects }])).toEqual(rolloutSteps([{ chart: 'edge', objects: objects.toReversed() }]));
  });
});

describe.each(['local', 'production', 'capibara6'] as const)('the order in %s', (name) => {
  const steps = rolloutSteps(synthesize(name));
  const stepOf = (component: string) =>
    steps.findIndex(({ objects }) =>
      objects.some((each) => isWorkload(each) && each.metadata.labels?.[metadataKeys.component] === component),
    );
  const roles = workloadRoles.filter((role) => deployments[name].workloads[role]);

  test('starts a workload after the workloads that it connects to', () => {
    const both = connectionsOf(deployments[name]).filter(({ from, to }) => stepOf(from) !== -1 && stepOf(to) !== -1);
    expect(both.filter(({ from, to }) => stepOf(to) > stepOf(from))).toEqual([]);
  });

  test('covers every kind of custom resource that other objects depend on', () => {
    const customResources = steps.flatMap(({ objects }) => objects).filter(({ kind }) => isCustomResourceKind(kind));
    expect(customResources.filter((each) => !blocksRollout(each) && !isReportedOnly(each))).toEqual([]);
    const { secrets, database } = deployments[name];
    const kinds = customResources.filter(blocksRollout).map(({ kind }) => kind);
    expect(kinds.includes('ExternalSecret')).toBe(secrets.kind === 'external-secrets');
    expect(kinds.includes('Cluster')).toBe(database.kind === 'cloudnative-pg');
  });

  test('waits for stores before the migration, for the migration before the roles, and for the roles before the edge', () => {
    const stores = (['postgres', 'redis'] as const).map(stepOf).filter((step) => step !== -1);
    for (const store of stores) expect(store).toBeLessThan(stepOf('migrate'));
    for (const role of roles) expect(stepOf(role)).toBeGreaterThan(stepOf('migrate'));
    const edge = steps.findIndex(({ chart, stage }) => chart === 'edge' && stage === 'run');
    for (const role of roles) expect(edge).toBeGreaterThan(stepOf(role));
  });
});
