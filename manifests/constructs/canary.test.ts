import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { metadataKeys, names } from '../../contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import { production as declared } from '../environments/production.ts';
import type { Gate, Strategy } from '../environments/strategy.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { policies } from '../policies/index.ts';
import { synthesizeEnvironment } from '../synth.ts';
import {
  canaryComponent,
  canaryDeployment,
  canaryNames,
  canaryService,
  routesToCanary,
  withCanaryObjects,
  withCanaryWeight,
} from './canary.ts';

const { strategy: _, ...production } = declared;
const gate: Gate = {};
const steps = [
  { weight: 5, soakSeconds: 60 },
  { weight: 50, soakSeconds: 60 },
] as const;
const canary: Strategy = { kind: 'canary', steps };
/** Room for the connections of the new release's pods, too. */
const roomy: Environment = { ...local, config: { ...local.config, DATABASE_POOL_SIZE: '4' } };
const withStrategy = (strategy: Strategy, environment: Environment = production): Environment => ({ ...environment, strategy });
const objectsOf = (environment: Environment) => synthesizeEnvironment(environment).flatMap(({ objects }) => objects);
const found = (objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject => {
  const object = objects.find((each) => each.kind === kind && each.metadata.name === name);
  if (!object) throw new Error(`no ${kind}/${name}`);
  return object;
};

describe('A rollout strategy', () => {
  test.each<[string, Environment, RegExp]>([
    [
      'requires a Gateway that the environment does not have',
      withStrategy(canary, {
        ...production,
        edge: { kind: 'ingress', className: 'nginx', host: 'h.example', namespace: 'e', tls: { kind: 'by-hand' } },
      }),
      /^service\/strategy: production: strategy canary shifts requests with the weights of a Gateway's route, but the edge is of the kind ingress/,
    ],
    [
      'has weights that do not increase',
      withStrategy({ kind: 'canary', steps: [steps[1], steps[1]] }),
      /^service\/strategy: .*step 2 has the weight 50, but the previous step has 50/m,
    ],
    ['has a canary step of 100 percent', withStrategy({ kind: 'canary', steps: [{ weight: 100, soakSeconds: 60 }] }), /1 to 99/],
    [
      'has a fractional weight',
      withStrategy({ kind: 'canary', steps: [{ weight: 0.5, soakSeconds: 60 }] }),
      /0\.5, but a weight is a whole/,
    ],
    ['does not soak', withStrategy({ kind: 'blue-green', soakSeconds: 0 }), /soaks for 0 s/],
    [
      'ends before Prometheus has scraped',
      withStrategy({ kind: 'blue-green', soakSeconds: 10, gate }, roomy),
      /soaks for 10 s, but Prometheus needs 15 s for 3 scrapes/,
    ],
    [
      'treats missing data as a pass',
      withStrategy({ kind: 'canary', steps, gate: { minRequests: 0 } }, roomy),
      /missing data must never pass/,
    ],
  ])('that %s is rejected', (_what, environment, message) => {
    expect(() => synthesizeEnvironment(environment)).toThrow(message);
  });

  test.each<[string, Environment]>([
    ['a canary of production', withStrategy(canary)],
    ['blue-green of production', withStrategy({ kind: 'blue-green', soakSeconds: 60 })],
    ['a canary with a gate on the bundled Prometheus', withStrategy({ kind: 'canary', steps, gate }, roomy)],
  ])('satisfies every policy during the rollout: %s', (_what, environment) => {
    const objects = withCanaryObjects(objectsOf(environment), environment);
    const { deployment, service } = canaryNames(names);
    expect(found(objects, 'Deployment', deployment)).toBeDefined();
    expect(found(objects, 'Service', service)).toBeDefined();
    for (const policy of Object.values(policies)) expect(policy(objects, environment)).toEqual([]);
  });

  test('changes no immutable selector, and no route outside of rollouts', () => {
    const [rolling, shared] = [objectsOf(production), objectsOf(withStrategy(canary))];
    for (const [kind, name] of [
      ['Deployment', names.api],
      ['Service', names.services.api],
      ['HTTPRoute', names.route],
    ] as const)
      expect(found(shared, kind, name)).toEqual(found(rolling, kind, name));
  });

  test('requires network policies that select canary pods', () => {
    const environment = withStrategy(canary);
    const objects = withCanaryObjects(objectsOf(production), environment);
    expect(policies.declaredConnections(objects, environment).join('\n')).toMatch(/api-canary/);
    expect(policies.defaultDeny(objects, environment).join('\n')).toMatch(/component api-canary/);
  });

  test('is rejected if canary pods would open more connections than PostgreSQL accepts', () => {
    const { api, ...others } = local.workloads;
    const larger = { ...local, workloads: { ...others, api: { ...api, scaling: { ...api.scaling, max: 6 } } } };
    expect(() => synthesizeEnvironment(larger)).not.toThrow();
    expect(() => synthesizeEnvironment(withStrategy(canary, larger))).toThrow(/^data\/postgres: local opens up to \d+ connections/);
  });

  test('lets the deployer connect to the bundled Prometheus and to nothing else in its namespace', () => {
    const role = found(objectsOf(withStrategy({ kind: 'canary', steps, gate }, roomy)), 'Role', `${local.namespace}-gate`);
    expect(role).toMatchObject({
      metadata: { namespace: 'monitoring' },
      rules: [{ resources: ['pods/portforward'], resourceNames: ['prometheus-0'], verbs: ['get', 'create'] }],
    });
  });
});

describe('The canary objects', () => {
  const objects = objectsOf(withStrategy(canary));
  const stable = found(objects, 'Deployment', names.api);

  test('have the same pod with another component label, so that selectors distinguish them', () => {
    const canaryObject = canaryDeployment(stable, 3);
    expect(canaryObject.metadata.name).toBe(`${names.api}-canary`);
    expect(JSON.stringify(canaryObject)).not.toContain(`"${metadataKeys.component}":"api"`);
    expect(canaryObject).toMatchObject({
      spec: {
        replicas: 3,
        selector: { matchLabels: { [metadataKeys.component]: canaryComponent } },
        template: { metadata: { labels: { [metadataKeys.component]: canaryComponent, [metadataKeys.partOf]: names.prefix } } },
      },
    });
    const text = (object: KubernetesObject) => JSON.stringify(Object(object.spec).template.spec.containers);
    expect(text(canaryObject)).toBe(text(stable));
  });

  test('have the release id that the stable Deployment will have', () => {
    const annotations = (object: KubernetesObject) => Object(object.spec).template.metadata.annotations;
    expect(annotations(canaryDeployment(stable, 1))).toEqual(annotations(stable));
  });

  test('include a Service that selects the canary pods', () => {
    const service = canaryService(found(objects, 'Service', names.services.api));
    expect(service).toMatchObject({
      metadata: { name: `${names.services.api}-canary` },
      spec: { selector: { [metadataKeys.component]: canaryComponent } },
    });
  });
});

describe('The weights of a route', () => {
  const route = found(objectsOf(production), 'HTTPRoute', names.route);
  const refs = (object: KubernetesObject): { name: string; weight?: number }[] =>
    Object(object.spec).rules.flatMap(({ backendRefs = [] }: { backendRefs?: { name: string; weight?: number }[] }) => backendRefs);

  test('add up to 100 in every rule with the API as a backend, and no other rule changes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (weight) => {
        const shared = refs(withCanaryWeight(route, names.services.api, weight));
        const own = shared.filter(({ name }) => name.startsWith(names.services.api));
        expect(own.map((each) => each.weight)).toEqual(
          refs(route)
            .filter(({ name }) => name === names.services.api)
            .flatMap(() => [100 - weight, weight]),
        );
        expect(shared.filter((each) => !own.includes(each))).toEqual(refs(route).filter(({ name }) => name !== names.services.api));
      }),
    );
  });

  test('leave the original route after any sequence of weights', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 })), (weights) => {
        const end = weights.reduce((now, weight) => withCanaryWeight(now, names.services.api, weight), route);
        expect(routesToCanary(end, names.services.api)).toBe((weights.at(-1) ?? 0) > 0);
        expect(withCanaryWeight(end, names.services.api, 0)).toEqual(route);
      }),
    );
  });
});
