import { setTimeout as sleep } from 'node:timers/promises';
import { names } from '../../../contract/product.ts';
import type { Chart } from '../../../scripts/rollout/plan/deploy-order.ts';
import type { RolloutContext } from '../../../scripts/rollout/verify/rollout-context.ts';
import { kubectl } from '../cluster.ts';
import { type Door, hostOf } from './registry.ts';
import { type Shop, shop, standIn } from './shop.ts';

/** A place of its own for each scenario and tool, with what an administrator gives beforehand. */
export interface Place {
  /** Who is tried in it. */
  readonly tool: string;
  readonly namespace: string;
  readonly image: string;
}

export interface Scenario {
  readonly name: string;
  /** The release that serves before. */
  readonly before?: Partial<Shop>;
  /** The one that is rolled out. */
  readonly next: Partial<Shop> | ((place: Place) => Partial<Shop>);
  /** Expected outcome: the code of the cause, `deployed`, or `rejected`. */
  readonly expected: string;
  readonly cause: RegExp;
  /** What an administrator did before. */
  readonly given?: (place: Place) => Promise<void>;
  /** A manual change since the earlier release. */
  readonly afterFirst?: (place: Place) => Promise<void>;
  /** URL of the API server; default: that of KUBECONFIG. */
  readonly server?: () => Promise<string>;
  /** Of which other tools know nothing. */
  readonly alone?: true;
  /** Whether nodes must know the registries of ./registry.ts. */
  readonly registry?: true;
  /** Tests the service; default: by HTTP. */
  readonly smoke?: RolloutContext['smoke'];
  /** A line that must have been printed before the tool ended. */
  readonly prints?: RegExp;
  /** What happens meanwhile; ends when the tool has ended. `waits`: once it waits for pods. */
  readonly meanwhile?: (place: Place, over: AbortSignal, waits: Promise<void>) => Promise<void>;
  /** A manual action after the verdict. */
  readonly afterVerdict?: (place: Place) => Promise<void>;
  readonly soakSeconds?: number;
  readonly timeoutSeconds?: number;
}

export const releaseOf = ({ namespace, image }: Place, release: Partial<Shop>): Chart[] => shop({ namespace, image, ...release });

const absent = (image: string) => `${image.split('@')[0]}@sha256:${'0'.repeat(64)}`;
/** A repository at a registry that the nodes reach through the fake registry. */
const guarded = (door: Door, { tool, image }: Place) => image.replace(/^[^/]+/, hostOf(door, tool));
const apply = (...objects: readonly object[]) =>
  kubectl(['apply', '--server-side', '-f', '-'], objects.map((one) => JSON.stringify(one)).join('\n---\n'));
const variable = (name: string, value: string) => ({ env: [{ name, value }] });

/** One pod at a time is enough for what concerns every pod alike. */
const one = { replicas: 1 } as const;

async function referee({ namespace, image }: Place): Promise<void> {
  const labels = { app: 'referee' };
  await apply(
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'referee', namespace },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] },
    },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'referee', namespace, labels }, spec: standIn(image, 'referee') },
  );
  await kubectl(['wait', '-n', namespace, 'pod/referee', '--for=condition=Ready', '--timeout=60s']);
}

const quota = ({ namespace }: Place) =>
  apply({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small', namespace },
    spec: { hard: { 'requests.cpu': '100m' } },
  }).then(() => {});

/** What keeps a pod from going: as a volume that does not detach, or a controller that never comes back. */
const holdOldPods = ({ namespace }: Place) =>
  kubectl([
    'patch',
    'pod',
    `${names.api}-1`,
    '-n',
    namespace,
    '--type=merge',
    '--patch',
    '{"metadata":{"finalizers":["example.com/detach"]}}',
  ]).then(() => {});
const letGo = ({ namespace }: Place) =>
  kubectl(['patch', 'pod', `${names.api}-1`, '-n', namespace, '--type=merge', '--patch', '{"metadata":{"finalizers":null}}']).then(
    () => {},
  );

/** A field change by another manager, such as `kubectl set image`. */
const takenOver = ({ namespace }: Place) =>
  kubectl(['set', 'resources', `deployment/${names.api}`, '-n', namespace, '--requests=cpu=20m', '--field-manager=another-manager']).then(
    () => {},
  );

export const bad: readonly Scenario[] = [
  {
    name: 'image not found',
    next: ({ image }) => ({ image: absent(image) }),
    expected: 'image-not-found',
    cause: /the image does not exist/,
  },
  {
    name: 'image pull forbidden',
    registry: true,
    next: (place) => ({ image: guarded('forbidding', place) }),
    expected: 'image-forbidden',
    cause: /the registry denies access to the image/,
  },
  {
    name: 'crash loop in one of three replicas',
    before: { replicas: 3 },
    next: { replicas: 3, behaviour: 'crashes-if-chosen', ...variable('REFEREE', 'http://referee') },
    given: referee,
    expected: 'crash-loop',
    cause: /exited with code 7 \(Error\), 3 restarts/,
  },
  {
    name: 'crash in an init container',
    next: ({ image }) => ({ ...one, pod: { initContainers: [{ ...standIn(image, 'exits-4').containers[0], name: 'prepare' }] } }),
    before: one,
    expected: 'crash-loop',
    cause: /container prepare: exited with code 4/,
  },
  { name: 'failing migration', next: { migration: 'exits-4' }, expected: 'job-failed', cause: /exited with code 4/ },
  {
    name: 'Job deadline',
    next: { migration: 'sleeps', migrationSpec: { activeDeadlineSeconds: 5 } },
    expected: 'job-failed',
    cause: /DeadlineExceeded/,
  },
  {
    name: 'unschedulable',
    before: one,
    next: { ...one, pod: { nodeSelector: { disk: 'none-has-it' } } },
    expected: 'unschedulable',
    cause: /didn't match Pod's node affinity\/selector/,
  },
  {
    name: 'quota exceeded',
    before: one,
    next: { ...one, container: { resources: { requests: { cpu: '500m', memory: '48Mi' }, limits: { memory: '128Mi' } } } },
    given: quota,
    expected: 'quota-exceeded',
    cause: /exceeded quota: small/,
  },
  {
    name: 'admission rejected',
    before: one,
    next: { ...one, pod: { hostNetwork: true } },
    expected: 'admission-rejected',
    cause: /violates PodSecurity "restricted/,
  },
  {
    name: 'missing ConfigMap key',
    before: one,
    next: { ...one, env: [{ name: 'PRICE', valueFrom: { configMapKeyRef: { name: 'prices', key: 'absent' } } }] },
    given: ({ namespace }) =>
      apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'prices', namespace }, data: {} }).then(() => {}),
    expected: 'config-error',
    cause: /couldn't find key absent in ConfigMap/,
  },
  {
    name: 'missing volume',
    before: one,
    next: {
      ...one,
      pod: { volumes: [{ name: 'prices', secret: { secretName: 'absent' } }] },
      container: { volumeMounts: [{ name: 'prices', mountPath: '/prices' }] },
    },
    expected: 'volume-missing',
    cause: /secret "absent" not found/,
  },
  {
    name: 'never ready',
    before: one,
    next: { ...one, behaviour: 'never-ready' },
    expected: 'never-ready',
    cause: /Readiness probe failed: HTTP probe failed with statuscode: 503/,
  },
  {
    name: 'ready, then flapping',
    before: one,
    next: { ...one, behaviour: 'flaps' },
    expected: 'flapping',
    cause: /lost its readiness/,
    soakSeconds: 15,
  },
  {
    name: 'ready, but another release answers',
    before: one,
    next: { ...one, behaviour: 'answers-as-another' },
    expected: 'smoke-failed',
    cause: /release another responds instead of/,
  },
  {
    name: 'ready, but 5xx',
    before: one,
    next: { ...one, behaviour: 'fails' },
    expected: 'smoke-failed',
    cause: /returned 500 instead of 401/,
  },
  {
    name: 'restarts during the soak',
    before: one,
    next: { ...one, behaviour: 'dies-later' },
    expected: 'restarted',
    cause: /(was restarted|has ended) \(exit code 9|exited with code 9/,
    soakSeconds: 15,
  },
  {
    name: 'old pod that does not go',
    before: { workload: 'StatefulSet' },
    next: { workload: 'StatefulSet', configuration: { GREETING: 'next' } },
    afterFirst: holdOldPods,
    afterVerdict: letGo,
    expected: 'stuck-terminating',
    cause: /should have terminated by .* example\.com\/detach/,
  },
  {
    name: 'StatefulSet stuck in its partition',
    before: { workload: 'StatefulSet', replicas: 3, spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } } },
    next: {
      workload: 'StatefulSet',
      replicas: 3,
      behaviour: 'never-ready',
      spec: { updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } },
    },
    expected: 'never-ready',
    cause: new RegExp(`pod ${names.api}-2`),
  },
  {
    name: 'crash after a migration without a way back',
    alone: true,
    before: { ...one, migration: 'ends', schema: ['0001', '0001'] },
    next: { ...one, behaviour: 'crashes', migration: 'ends', schema: ['0002', '0002'] },
    expected: 'frozen',
    cause: /exited with code 7 \(Error\), 3 restarts/,
  },
  {
    name: 'field of another manager',
    before: one,
    next: { ...one, container: { resources: { requests: { cpu: '30m', memory: '48Mi' }, limits: { memory: '128Mi' } } } },
    afterFirst: takenOver,
    expected: 'rejected',
    cause: /requests\.cpu is owned by another-manager/,
  },
  {
    name: 'a CRD is missing',
    before: one,
    next: ({ namespace }) => ({
      ...one,
      others: [{ apiVersion: 'keda.sh/v2', kind: 'ScaledObject', metadata: { name: 'absent', namespace } }],
    }),
    expected: 'rejected',
    cause: /has no ScaledObject in keda\.sh\/v2/,
  },
];

/** Releases that are unhealthy for a while and recover: they must not fail. */
export const patient: readonly Scenario[] = [
  {
    name: 'registry returns 429 for 40 s',
    registry: true,
    next: (place) => ({ ...one, image: guarded('throttling', place) }),
    before: one,
    expected: 'deployed',
    cause: /is deployed/,
    timeoutSeconds: 300,
  },
  {
    name: 'unschedulable, a node is being added',
    before: one,
    next: (place) => ({ ...one, pod: { nodeSelector: { [addedFor(place)]: 'yes' } } }),
    meanwhile: scaleUp,
    expected: 'deployed',
    cause: /is deployed/,
    timeoutSeconds: 300,
  },
];

const pause = (seconds: number, over: AbortSignal): Promise<void> => sleep(seconds * 1000, undefined, { signal: over }).catch(() => {});

/** A label that a node has once it was added for this very place. */
const addedFor = ({ namespace }: Place) => `e2e.leyenda.dev/${namespace}`;

/** Plays Cluster Autoscaler: says that a node comes, and 75 s later it is there. */
async function scaleUp(place: Place, over: AbortSignal): Promise<void> {
  const { namespace } = place;
  let pod: { metadata: { name: string; uid: string } } | undefined;
  while (pod === undefined && !over.aborted) {
    const { items } = JSON.parse(await kubectl(['get', 'pods', '-n', namespace, '--field-selector=status.phase=Pending', '-o', 'json']));
    pod = items[0];
    await pause(1, over);
  }
  if (pod === undefined) return;
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const involvedObject = { apiVersion: 'v1', kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid };
  const said = {
    reason: 'TriggeredScaleUp',
    message: 'pod triggered scale-up: [{real 2->3 (max: 3)}]',
    type: 'Normal',
    source: { component: 'cluster-autoscaler' },
  };
  await apply({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'scale-up', namespace },
    involvedObject,
    ...said,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  });
  await pause(75, over);
  const [node] = JSON.parse(await kubectl(['get', 'nodes', '-l', 'type!=kwok', '-o', 'json'])).items;
  await kubectl(['label', 'node', node.metadata.name, `${addedFor(place)}=yes`, '--overwrite']);
  // It stays for as long as its pod is wanted, and is then taken away.
  over.addEventListener('abort', () => void kubectl(['label', 'node', node.metadata.name, `${addedFor(place)}-`]), { once: true });
}
