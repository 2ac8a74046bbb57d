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

describe('The declared strategy', () => {
  test.each<[string, Environment, RegExp]>([
    [
      'shares callers where no Gateway does',
      withStrategy(canary, {
        ...production,
        edge: { kind: 'ingress', className: 'nginx', host: 'h.example', namespace: 'e', tls: { kind: 'by-hand' } },
      }),
      /^service\/strategy: production: strategy canary shares callers by the weights of a Gateway's route, but the edge is of the kind ingress/,
    ],
    [
      'does not rise',
      withStrategy({ kind: 'canary', steps: [steps[1], steps[1]] }),
      /^service\/strategy: .*step 2 has the weight 50, but the step before it has 50/m,
    ],
    ['leaves nothing to the stable release', withStrategy({ kind: 'canary', steps: [{ weight: 100, soakSeconds: 60 }] }), /1 to 99/],
    ['has half a percent', withStrategy({ kind: 'canary', steps: [{ weight: 0.5, soakSeconds: 60 }] }), /0\.5, but a weight is a whole/],
    ['does not watch', withStrategy({ kind: 'blue-green', soakSeconds: 0 }), /watched for 0 s/],
    [
      'is over before Prometheus has looked',
      withStrategy({ kind: 'blue-green', soakSeconds: 10, gate }, roomy),
      /watched for 10 s, but Prometheus needs 15 s to look 3 times/,
    ],
    ['takes no data for good', withStrategy({ kind: 'canary', steps, gate: { leastRequests: 0 } }, roomy), /no data is never a pass/],
  ])('that %s is refused, with both sides named', (_what, environment, says) => {
    expect(() => synthesizeEnvironment(environment)).toThrow(says);
  });

  test.each<[string, Environment]>([
    ['a canary of production', withStrategy(canary)],
    ['blue-green of production', withStrategy({ kind: 'blue-green', soakSeconds: 60 })],
    ['a canary with a gate where Prometheus is brought along', withStrategy({ kind: 'canary', steps, gate }, roomy)],
  ])('holds every policy while two releases are side by side: %s', (_what, environment) => {
    const objects = withCanaryObjects(objectsOf(environment), environment);
    const { deployment, service } = canaryNames(names);
    expect(found(objects, 'Deployment', deployment)).toBeDefined();
    expect(found(objects, 'Service', service)).toBeDefined();
    for (const policy of Object.values(policies)) expect(policy(objects, environment)).toEqual([]);
  });

  test('changes no selector that cannot be changed, and no route at rest', () => {
    const [rolling, shared] = [objectsOf(production), objectsOf(withStrategy(canary))];
    for (const [kind, name] of [
      ['Deployment', names.api],
      ['Service', names.services.api],
      ['HTTPRoute', names.route],
    ] as const)
      expect(found(shared, kind, name)).toEqual(found(rolling, kind, name));
  });

  test('without the new pods among those that policies choose, they could not reach what they need', () => {
    const environment = withStrategy(canary);
    const objects = withCanaryObjects(objectsOf(production), environment);
    expect(policies.declaredConnections(objects, environment).join('\n')).toMatch(/api-canary/);
    expect(policies.defaultDeny(objects, environment).join('\n')).toMatch(/component api-canary/);
  });

  test('is refused where its pods would open more connections than PostgreSQL holds', () => {
    expect(() => synthesizeEnvironment(withStrategy(canary, local))).toThrow(/^data\/postgres: local opens up to 86 connections/);
  });

  test('lets the deployer ask the bundled Prometheus, and nothing else there', () => {
    const role = found(objectsOf(withStrategy({ kind: 'canary', steps, gate }, roomy)), 'Role', `${names.deployer}-gate`);
    expect(role).toMatchObject({
      metadata: { namespace: 'monitoring' },
      rules: [{ resources: ['pods/portforward'], resourceNames: ['prometheus-0'], verbs: ['get', 'create'] }],
    });
  });
});

describe('A release beside the stable one', () => {
  const objects = objectsOf(withStrategy(canary));
  const stable = found(objects, 'Deployment', names.api);

  test('is the same pod with another component, so that neither takes the other for its own', () => {
    const beside = canaryDeployment(stable, 3);
    expect(beside.metadata.name).toBe(`${names.api}-canary`);
    expect(JSON.stringify(beside)).not.toContain(`"${metadataKeys.component}":"api"`);
    expect(beside).toMatchObject({
      spec: {
        replicas: 3,
        selector: { matchLabels: { [metadataKeys.component]: canaryComponent } },
        template: { metadata: { labels: { [metadataKeys.component]: canaryComponent, [metadataKeys.partOf]: names.prefix } } },
      },
    });
    const text = (object: KubernetesObject) => JSON.stringify(Object(object.spec).template.spec.containers);
    expect(text(beside)).toBe(text(stable));
  });

  test('reports the release id that the stable one will report', () => {
    const annotations = (object: KubernetesObject) => Object(object.spec).template.metadata.annotations;
    expect(annotations(canaryDeployment(stable, 1))).toEqual(annotations(stable));
  });

  test('is found by a Service of its own', () => {
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

  test('add up to 100 at every rule that leads to the API, and touch no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (weight) => {
        const shared = refs(withCanaryWeight(route, names.services.api, weight));
        const ours = shared.filter(({ name }) => name.startsWith(names.services.api));
        expect(ours.map((each) => each.weight)).toEqual(
          refs(route)
            .filter(({ name }) => name === names.services.api)
            .flatMap(() => [100 - weight, weight]),
        );
        expect(shared.filter((each) => !ours.includes(each))).toEqual(refs(route).filter(({ name }) => name !== names.services.api));
      }),
    );
  });

  test('leave no trace once they are back, whatever they were', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 })), (weights) => {
        const end = weights.reduce((now, weight) => withCanaryWeight(now, names.services.api, weight), route);
        expect(routesToCanary(end, names.services.api)).toBe((weights.at(-1) ?? 0) > 0);
        expect(withCanaryWeight(end, names.services.api, 0)).toEqual(route);
      }),
    );
  });
});
