import { describe, expect, test } from '@jest/globals';
import { names, product } from '../../contract/product.ts';
import { type DeploymentName, deployments } from '../environments/index.ts';
import { production } from '../environments/production.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { synthesize } from '../synth.ts';
import { broken } from './examples/example.ts';
import { examples } from './examples/index.ts';
import { checkPolicies, policies } from './index.ts';

const synthesized = new Map<DeploymentName, readonly KubernetesObject[]>();
/** Objects of a deployment, which every policy accepts. */
function validObjectsOf(name: DeploymentName): readonly KubernetesObject[] {
  const objects = synthesized.get(name) ?? synthesize(name).flatMap((chart) => chart.objects);
  synthesized.set(name, objects);
  return objects;
}

describe('policies', () => {
  test.each(examples.map((example) => [example.policy, example.mistake, example] as const))(
    '%s rejects %s',
    (policy, _mistake, { environment = 'production', change, message }) => {
      const objects = change(validObjectsOf(environment));
      expect(policies[policy](validObjectsOf(environment), deployments[environment])).toEqual([]);
      expect(policies[policy](objects, deployments[environment]).join('\n')).toMatch(message);
    },
  );

  test('every policy has an example that it rejects', () => {
    const covered = new Set<string>(examples.map(({ policy }) => policy));
    expect(Object.keys(policies).filter((name) => !covered.has(name))).toEqual([]);
  });

  test('a violation starts with the path of the construct that created the object', () => {
    const objects = broken('Deployment', ['spec', 'replicas'], 3)(validObjectsOf('production'));
    const paths = new Map([[`Deployment/${product.name}-api`, 'service/api']]);
    expect(() => checkPolicies(objects, production, paths)).toThrow(
      /^service\/api: Deployment\/\S+-api sets replicas: 3, .* \(policy autoscalers\)$/,
    );
  });

  test('usedSettings rejects a setting that no role reads, and names the roles', () => {
    const { graphql: _graphql, worker: _worker, ...workloads } = production.workloads;
    const environment = { ...production, workloads, config: { ...production.config, BATCH_RETENTION_DAYS: '7' } };
    expect(policies.usedSettings(validObjectsOf('production'), environment)).toEqual([
      'production configures BATCH_RETENTION_DAYS, but none of its roles reads it (api, migrate): remove it',
    ]);
  });

  test('declaredConnections rejects a peer without selectors, as the API server does', () => {
    const objects = broken('NetworkPolicy', ['spec', 'egress'], [{ to: [{}] }], names.api)(validObjectsOf('production'));
    expect(() => policies.declaredConnections(objects, production)).toThrow(
      /NetworkPolicy\/\S+-api: .*a peer has either an ipBlock or a selector/s,
    );
  });
});
