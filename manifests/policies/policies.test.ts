import { describe, expect, test } from '@jest/globals';
import type { DeploymentName } from '../../contract/product.ts';
import { deployments } from '../environments/index.ts';
import { production } from '../environments/production.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { synthesize } from '../synth.ts';
import { broken } from './examples/example.ts';
import { examples } from './examples/index.ts';
import { checkPolicies, policies } from './index.ts';

const made = new Map<DeploymentName, readonly KubernetesObject[]>();
/** What synth makes of a deployment, which every policy accepts. */
function soundOf(name: DeploymentName): readonly KubernetesObject[] {
  const objects = made.get(name) ?? synthesize(name).flatMap((chart) => chart.objects);
  made.set(name, objects);
  return objects;
}

describe('policies', () => {
  test.each(examples.map((example) => [example.policy, example.mistake, example] as const))(
    '%s refuses %s',
    (policy, _mistake, { of = 'production', change, says }) => {
      const objects = change(soundOf(of));
      expect(policies[policy](soundOf(of), deployments[of])).toEqual([]);
      expect(policies[policy](objects, deployments[of]).join('\n')).toMatch(says);
    },
  );

  test('every policy has a mistake that it refuses', () => {
    const shown = new Set<string>(examples.map(({ policy }) => policy));
    expect(Object.keys(policies).filter((name) => !shown.has(name))).toEqual([]);
  });

  test('a violation begins with the path of the construct that made the object', () => {
    const objects = broken('Deployment', ['spec', 'replicas'], 3)(soundOf('production'));
    const paths = new Map([['Deployment/instagram-captions-api', 'service/api']]);
    expect(() => checkPolicies(objects, production, paths)).toThrow(
      /^service\/api: Deployment\/instagram-captions-api sets replicas: 3, .* \(policy scaling\)$/,
    );
  });

  test('a configuration that no role reads is refused, with the roles that run', () => {
    const { graphql: _graphql, worker: _worker, ...workloads } = production.workloads;
    const environment = { ...production, workloads, config: { ...production.config, BATCH_RETENTION_DAYS: '7' } };
    expect(policies.readSettings(soundOf('production'), environment)).toEqual([
      'production configures BATCH_RETENTION_DAYS, but none of the roles that run there reads it (api, migrate): take it out',
    ]);
  });

  test('a rule that names nobody is refused as the API server refuses it', () => {
    const objects = broken('NetworkPolicy', ['spec', 'egress'], [{ to: [{}] }], 'captions-api')(soundOf('production'));
    expect(() => policies.declaredConnections(objects, production)).toThrow(
      /NetworkPolicy\/\S+-api: .*a peer names either an ipBlock or a selector/s,
    );
  });
});
