import { describe, expect, test } from '@jest/globals';
import { timings } from '../../service/contract/timings.ts';
import { production } from '../environments/production.ts';
import type { KubernetesObject } from '../objects.ts';
import { synthesize } from '../synth.ts';
import { checkPolicies, policies } from './index.ts';

const sound = synthesize('production').flatMap(({ objects }) => objects);

/** A copy of the production objects with one value, found by kind, replaced; `undefined` takes it out. */
function broken(kind: string, path: readonly (string | number)[], value: unknown): KubernetesObject[] {
  const copy = structuredClone(sound);
  const last = path.at(-1) ?? '';
  const holder = path.slice(0, -1).reduce<unknown>(
    (at, key) => Reflect.get(Object(at), key),
    copy.find((object) => object.kind === kind),
  );
  if (typeof holder !== 'object' || holder === null) throw new Error(`${kind} has no ${path.join('.')}`);
  if (value === undefined) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, value);
  return copy;
}

const pod = ['spec', 'template', 'spec'] as const;
const container = [...pod, 'containers', 0] as const;
const env = [{ name: 'DATABASE_URL', value: 'postgresql://u:p@h/d' }];
const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'leak' }, data: { A: 'Yg==' } };
const sealed = (encryptedData: object, data?: object): KubernetesObject => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 's' },
  spec: { encryptedData, template: { ...(data && { data }) } },
});
const ingress = (annotations: Readonly<Record<string, string>>, name: string = production.names.services.api): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i', namespace: 'n', annotations },
  spec: { rules: [{ http: { paths: [{ backend: { service: { name, port: { number: 80 } } } }] } }] },
});

/** Policy, the mistake, and what its message must name. */
const mistakes: readonly [keyof typeof policies, string, readonly KubernetesObject[], RegExp][] = [
  [
    'restricted',
    'a writable root',
    broken('Deployment', [...container, 'securityContext', 'readOnlyRootFilesystem'], false),
    /container api has a writable root/,
  ],
  ['restricted', 'a pod that may be root', broken('Deployment', [...pod, 'securityContext', 'runAsNonRoot'], undefined), /runAsNonRoot/],
  [
    'restricted',
    'kept capabilities',
    broken('Job', [...container, 'securityContext', 'capabilities'], undefined),
    /Job\/.* container migrate keeps capabilities/,
  ],
  ['restricted', 'a mounted token', broken('Job', [...pod, 'automountServiceAccountToken'], true), /mounts a service account token/],
  [
    'resources',
    'no memory limit',
    broken('Deployment', [...container, 'resources', 'limits'], { cpu: '1' }),
    /container api has no memory limit/,
  ],
  [
    'pinnedImages',
    'the tag latest',
    broken('Deployment', [...container, 'image'], 'ghcr.io/a/b:latest'),
    /runs ghcr.io\/a\/b:latest: name a version or a digest/,
  ],
  ['pinnedImages', 'no tag behind a port', broken('Deployment', [...container, 'image'], 'localhost:5000/a/b'), /runs localhost:5000/],
  [
    'probed',
    'no readiness probe',
    broken('Deployment', [...container, 'readinessProbe'], undefined),
    /container api has no readinessProbe/,
  ],
  ['noSecretValues', 'a literal secret', broken('Deployment', [...container, 'env'], env), /DATABASE_URL, a secret, as a literal value/],
  ['noSecretValues', 'a secret in the ConfigMap', broken('ConfigMap', ['data', 'REDIS_URL'], 'redis://h'), /ConfigMap\/.* holds REDIS_URL/],
  ['noSecretValues', 'a Secret object', [...sound, secret], /Secret\/leak would put secret values into a manifest/],
  [
    'noSecretValues',
    'a value in an ExternalSecret',
    broken('ExternalSecret', ['spec', 'target', 'template'], { data: { SECRET_KEY: 'x' } }),
    /ExternalSecret\/.* has a template, which may hold values/,
  ],
  [
    'noSecretValues',
    'a sealed secret that is not',
    [...sound, sealed({ A: 'cGxhaW4=' })],
    /SealedSecret\/s holds A, but not as ciphertext/,
  ],
  ['noSecretValues', 'a value beside a sealed one', [...sound, sealed({}, { A: 'x' })], /SealedSecret\/s has A in its template, unsealed/],
  [
    'noSecretValues',
    'a password in a URL',
    broken('Deployment', [...container, 'env'], [{ name: 'PROXY', value: 'http://u:p@h' }]),
    /Deployment\/.* has a URL with a password in spec\.template\.spec\.containers\.0\.env\.0\.value/,
  ],
  [
    'matchingSelectors',
    'a foreign selector',
    broken('Deployment', ['spec', 'selector', 'matchLabels'], { a: 'b' }),
    /selects {"a":"b"}, but its pods are labelled/,
  ],
  [
    'matchingSelectors',
    'a port nobody opens',
    broken('Service', ['spec', 'ports', 0, 'targetPort'], 'grpc'),
    /forwards to port grpc, which no container of Deployment/,
  ],
  [
    'routesLead',
    'a route to nobody',
    broken('HTTPRoute', ['spec', 'rules', 0, 'backendRefs', 0, 'name'], 'x'),
    /HTTPRoute\/.* leads to Service\/x, which is not there/,
  ],
  [
    'routesLead',
    'a route to a port that the Service has not',
    broken('HTTPRoute', ['spec', 'rules', 0, 'backendRefs', 0, 'port'], 81),
    /leads to port 81 of Service\/.*, which has 80/,
  ],
  [
    'routesLead',
    'a limit that is not there',
    sound.filter(({ kind, metadata }) => kind !== 'Middleware' || !metadata.name.endsWith('login-rate')),
    /HTTPRoute\/.* passes Middleware\/.*-login-rate, which is not there/,
  ],
  ['routesLead', 'an Ingress to nobody', [...sound, ingress({}, 'x')], /Ingress\/i leads to Service\/x, which is not there/],
  [
    'routesLead',
    'an Ingress whose limit is not there',
    [...sound, ingress({ 'traefik.ingress.kubernetes.io/router.middlewares': 'n-m@kubernetescrd' })],
    /Ingress\/i passes Middleware\/m, which is not there/,
  ],
  [
    'annotationsExist',
    'the annotation of the guides (D-06)',
    [...sound, ingress({ 'nginx.ingress.kubernetes.io/rate-limit': '100' })],
    /Ingress\/i has the annotation nginx.ingress.kubernetes.io\/rate-limit, which no controller/,
  ],
  ['matchingSelectors', 'a Service of nobody', broken('Service', ['spec', 'selector'], { a: 'b' }), /selects no pods/],
  [
    'scaling',
    'replicas beside an autoscaler',
    broken('Deployment', ['spec', 'replicas'], 3),
    /sets replicas: 3, but HorizontalPodAutoscaler/,
  ],
  [
    'scaling',
    'an autoscaler of nothing',
    broken('HorizontalPodAutoscaler', ['spec', 'scaleTargetRef', 'name'], 'x'),
    /scales Deployment\/x, which is not there/,
  ],
  ['scaling', 'a budget that blocks', broken('PodDisruptionBudget', ['spec', 'maxUnavailable'], 0), /allows no eviction: .*3 replicas/],
  [
    'graceCoversShutdown',
    'a short grace',
    broken('Deployment', [...pod, 'terminationGracePeriodSeconds'], 10),
    /killed after 10 s .*contract's shutdown takes up to \d+ s/,
  ],
  [
    'graceCoversShutdown',
    'no preStop sleep',
    broken('Deployment', [...container, 'lifecycle'], undefined),
    new RegExp(`sleeps 0 s in preStop, but the contract says ${timings.preStop} s`),
  ],
  [
    'defaultDeny',
    'no default',
    sound.filter(({ metadata }) => !metadata.name.endsWith('default-deny')),
    /no NetworkPolicy of namespace instagram-captions refuses everything/,
  ],
  [
    'defaultDeny',
    'a workload without a policy',
    sound.filter(({ kind, metadata }) => kind !== 'NetworkPolicy' || !metadata.name.endsWith('-migrate')),
    /component migrate\) has no NetworkPolicy/,
  ],
];

describe('policies', () => {
  test.each(mistakes)('%s refuses %s', (policy, _mistake, objects, message) => {
    expect(policies[policy]?.(sound, production)).toEqual([]);
    expect(policies[policy]?.(objects, production).join('\n')).toMatch(message);
    expect(() => checkPolicies(objects, production)).toThrow(`(policy ${policy})`);
  });

  test('declaredConnections refuses a port that is closed, one that is open in excess, and a rule for everybody', () => {
    const apiRules = (value: unknown) =>
      structuredClone(sound).map((object) =>
        object.kind === 'NetworkPolicy' && object.metadata.name.endsWith('-api')
          ? { ...object, spec: { ...Object(object.spec), egress: value } }
          : object,
      );
    const check = (value: unknown) => policies.declaredConnections?.(apiRules(value), production).join('\n');
    expect(check([])).toMatch(
      /^api → redis\/kubernetes port 6379\/TCP: the contract declares this connection, but no egress rule for api in .*NetworkPolicy\/\S+-api opens it$/m,
    );
    const excess = /opened by NetworkPolicy\/\S+-api \(egress\), but the contract declares no such connection/;
    const internet = [{ ipBlock: { cidr: '0.0.0.0/0' } }];
    expect(check([{ to: internet, ports: [{ port: 25 }] }])).toMatch(new RegExp(`model.* port 25/TCP: ${excess.source}`));
    expect(check([{ ports: [{ port: 443 }] }])).toMatch(
      new RegExp(`our labels elsewhere.*metadata service port 443/TCP: ${excess.source}`),
    );
    expect(() => check([{ to: [{}] }])).toThrow(/NetworkPolicy\/\S+-api: .*a peer names either an ipBlock or a selector/s);
  });

  test('every policy has a mistake that it refuses', () => {
    const shown = new Set<string>([...mistakes.map(([policy]) => policy), 'declaredConnections']);
    expect(Object.keys(policies).filter((name) => !shown.has(name))).toEqual([]);
  });
});
