import { expect, test } from '@jest/globals';
import { metadataKeys, names } from '../../../contract/product.ts';
import { deployerRules, rbacPermissionsOf } from '../../../manifests/constructs/deployer-role.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import type { ApiRequest } from '../../cluster/transport.ts';
import { permissionText } from '../plan/permission-check.ts';
import { assertNamespaceOwner } from '../record/namespace-owner.ts';
import { testOwner } from '../record/testing/owner.ts';
import { smokeTest } from '../verify/smoke-test.ts';
import { deploy } from './deploy.ts';

const namespace = 'captions';
const verbs = { GET: ['get'], POST: ['create'], PUT: ['update'], DELETE: ['delete'], PATCH: ['patch', 'create'] } as const;

/** Permissions that a request needs; none for discovery, self reviews and cluster-scoped objects. */
function rightsFor({ method, path, query }: ApiRequest): string[] {
  if (/^\/api\/v1\/namespaces\/[^/]+$/.test(path))
    return verbs[method].map((verb) => permissionText({ group: '', resource: 'namespaces', verb }));
  const found = /^\/(?:api|apis\/([^/]+))\/[^/]+\/namespaces\/[^/]+\/([^/]+)(?:\/[^/]+(?:\/([^/]+))?)?$/.exec(path);
  if (found === null) return [];
  const [, group = '', resource = '', subresource] = found;
  const isCollection = path.endsWith(`/${resource}`);
  const named = subresource === undefined ? resource : `${resource}/${subresource}`;
  return (isCollection && method === 'GET' ? [query?.watch === 'true' ? 'watch' : 'list'] : verbs[method]).map((verb) =>
    permissionText({ group, resource: named, verb }),
  );
}

const template = (image: string) => ({
  metadata: { annotations: { [metadataKeys.release]: image } },
  spec: { containers: [{ name: 'api', image }] },
});
const of = (apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...rest,
});
/** A release with every kind of object that the tool handles specially; `more`: objects that the next one no longer has. */
const chartsOf = (image: string, more: boolean) => [
  {
    chart: 'service',
    objects: [
      of('v1', 'ConfigMap', `config-${image}`, { data: { image } }),
      of('batch/v1', 'Job', `migrate-${image}`, { spec: { template: template(image) } }),
      of('apps/v1', 'Deployment', names.api, { spec: { replicas: 1, template: template(image) } }),
      of('apps/v1', 'StatefulSet', names.redis, { spec: { replicas: 1, serviceName: names.redis, template: template(image) } }),
      ...(more
        ? ['Deployment', 'StatefulSet'].map((kind) => of('apps/v1', kind, 'more', { spec: { replicas: 1, template: template(image) } }))
        : []),
    ],
  },
];

const at = (resource: string, name: string) => `/apis/apps/v1/namespaces/${namespace}/${resource}/${name}`;

/** Controllers that make every object healthy. */
function well(object: KubeObject): KubeObject {
  const observedGeneration = object.metadata.generation;
  const status = {
    Job: { succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] },
    StatefulSet: {
      ...{ observedGeneration, replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 1, currentReplicas: 1 },
      ...{ currentRevision: 'new', updateRevision: 'new' },
    },
  }[object.kind];
  return status === undefined ? rolledOut(object) : { ...object, status };
}

test('deploys that succeed, prune, fail and roll back use exactly the permissions of the Role', async () => {
  // Controllers need some time, so that the second observation starts watches.
  const fake = createFakeApi((object) => {
    setTimeout(() => {
      for (const [path, live] of fake.objects) if (live.metadata.uid === object.metadata.uid) fake.objects.set(path, well(live));
    }, 900);
    return object;
  });
  const used = new Set<string>();
  const forward = () => {
    for (const verb of ['get', 'create']) used.add(permissionText({ group: '', resource: 'pods/portforward', verb }));
    return Promise.reject(new Error('no response in this test'));
  };
  const cluster = createCluster((call, signal) => {
    for (const right of rightsFor(call)) used.add(right);
    return fake.transport(call, signal);
  }, forward);
  const store = (path: string, object: KubeObject) => fake.objects.set(path, object);
  const endpoints = [{ conditions: { ready: true }, targetRef: { name: 'pod' } }];
  store(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/one`, {
    ...of('discovery.k8s.io/v1', 'EndpointSlice', 'one', { ports: [{ port: 8080 }], endpoints }),
    metadata: { name: 'one', namespace, labels: { 'kubernetes.io/service-name': names.services.api } },
  });
  const ship = (image: string, { more = false, answers = true } = {}) =>
    deploy(
      {
        cluster,
        namespace,
        owner: testOwner,
        out: silentOutput,
        signal: new AbortController().signal,
        smoke: (expected, limits, signal) =>
          answers || !JSON.stringify(fake.objects.get(at('deployments', names.api))?.spec).includes('bad')
            ? Promise.resolve({ passed: true, failures: [], endpoints: 1, releases: [image] })
            : smokeTest(cluster, expected, { ...limits, settleSeconds: 0 }, signal),
      },
      {
        environment: 'local',
        image,
        charts: chartsOf(image, more),
        actor: 'ana',
        timeoutSeconds: 5,
        soakSeconds: 0,
        dryRun: false,
        rollback: true,
        onEvidence: async () => {},
      },
    );
  await assertNamespaceOwner(cluster, namespace, testOwner);
  expect(await ship('one', { more: true })).toMatchObject({ outcome: 'deployed' });
  expect(await ship('two')).toMatchObject({ outcome: 'deployed' });
  // A pod of the StatefulSet that the next release breaks, and from which evidence is collected.
  const uid = fake.objects.get(at('statefulsets', names.redis))?.metadata.uid;
  store(`/api/v1/namespaces/${namespace}/pods/pod`, {
    ...of('v1', 'Pod', 'pod', { spec: { containers: [{ name: 'api' }] } }),
    metadata: { name: 'pod', namespace, uid: 'pod', labels: { 'controller-revision-hash': 'bad' }, ownerReferences: [{ uid }] },
  });
  expect(await ship('bad', { answers: false })).toMatchObject({ outcome: 'rolled-back' });

  const role = rbacPermissionsOf(deployerRules(chartsOf('one', true).flatMap(({ objects }) => objects)));
  const given = role.map(permissionText);
  // Permissions to delete kinds that only other environments use.
  const leftovers = Object.entries(Object.groupBy(role, ({ group, resource }) => `${group}/${resource}`))
    .filter(([, rights = []]) => rights.map(({ verb }) => verb).join() === 'get,delete')
    .flatMap(([, rights = []]) => rights.map(permissionText));
  expect([...used].filter((right) => !given.includes(right))).toEqual([]);
  expect(given.filter((right) => !used.has(right) && !leftovers.includes(right))).toEqual([]);
  expect(leftovers.filter((right) => used.has(right))).toEqual([]);
});
