import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { metadataKeys, names } from '../../../contract/product.ts';
import type { RolloutContext } from '../../../scripts/rollout/verify/rollout-context.ts';
import { noReadyEndpoint, smokeTest } from '../../../scripts/rollout/verify/smoke-test.ts';
import { getJson, kubectlResult } from '../cluster.ts';
import { apply } from '../control-plane.ts';
import { apiServerPidFile } from './api-server.ts';
import { conditions, ended, loop, onPlayedNode, type Play, playKubelet, running, waitingFor } from './kubelet.ts';
import { clusterAt } from './leyenda.ts';
import { type Place, releaseOf, type Scenario } from './scenarios.ts';
import type { Shop } from './shop.ts';
import { simulated, smokePasses } from './simulated.ts';

/** A release on the played node, after one on simulated nodes. */
function played(name: string, play: Play, more: Partial<Shop>, rest: Pick<Scenario, 'expected' | 'cause'> & Partial<Scenario>): Scenario {
  return {
    name,
    before: simulated(0),
    next: (place) => {
      const { pod } = onPlayedNode(place);
      return { ...simulated(1), ...more, pod: { ...pod, ...more.pod } };
    },
    smoke: smokePasses,
    meanwhile: (place, over) => playKubelet(place, play, over),
    ...rest,
  };
}

/** A play in which only the main container has something to say. */
const main =
  (status: (container: { name: string; image: string }, age: number) => Readonly<Record<string, unknown>>): Play =>
  ({ spec: { containers } }, age) => {
    const containerStatuses = containers.map(({ name, image }) => status({ name, image }, age));
    return { phase: 'Running', conditions: conditions(containerStatuses.every(({ ready }) => ready === true)), containerStatuses };
  };

const crashes = { ...simulated(1, 'crash') };
const initContainer = (name: string, rest = {}) => ({ initContainers: [{ ...tiny(name), ...rest }] });
const tiny = (name: string) => ({
  name,
  image: simulated(0).image,
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
});

const sidecarDies = loop({ runs: 6, backsOff: 10, codes: [3], ready: true });

const webhookOf = ({ namespace }: Place) => `quotas-${namespace}`.slice(0, 63);
/** An admission webhook of a Service that does not exist, which nothing passes. */
const raiseWebhook = async (place: Place, resources: readonly string[]) => {
  const { namespace } = place;
  const hook = {
    name: 'quotas.policy.example.com',
    failurePolicy: 'Fail',
    timeoutSeconds: 2,
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { namespace, name: 'quota-webhook', port: 443 } },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    rules: [{ apiGroups: ['', 'apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources }],
  };
  const kind = 'ValidatingWebhookConfiguration';
  await apply([{ apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: webhookOf(place) }, webhooks: [hook] }]);
  // API servers take a webhook up within a moment.
  await sleep(2000);
};
const dropWebhook = async (place: Place) => {
  await kubectlResult(['delete', 'validatingwebhookconfiguration', webhookOf(place)]);
};

/** A second Deployment whose pods the Service leads to as well. */
export const secondDeployment = (place: Place, release: Partial<Shop> = simulated(0)) => {
  const [chart] = releaseOf(place, release);
  const found = chart?.objects.find(({ kind }) => kind === 'Deployment');
  if (found === undefined) throw new Error('the shop has no Deployment');
  const labels = { app: 'api', part: 'worker' };
  const template = Object(found).spec.template;
  return {
    ...found,
    metadata: { name: 'worker', namespace: place.namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: { part: 'worker' } },
      template: { ...template, metadata: { labels, annotations: { [metadataKeys.release]: 'worker' } } },
    },
  };
};

/** Reads the release of pods from their annotation: simulated pods do not serve requests. */
export const smokeByAnnotation: RolloutContext['smoke'] = async (expected) => {
  const { items }: { items: readonly PodOfList[] } = await getJson('pods', '-n', expected.namespace, '-l', 'app=api');
  const releases = items
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === 'Running')
    .map(({ metadata }) => metadata.annotations?.[metadataKeys.release] ?? 'none');
  const others = releases.filter((release) => expected.release !== undefined && release !== expected.release);
  const failures = others.map((release) => `release ${release} responds instead of ${expected.release}`);
  return { passed: failures.length === 0, failures, endpoints: releases.length, releases: [...new Set(releases)] };
};
interface PodOfList {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>>; readonly deletionTimestamp?: string };
  readonly status: { readonly phase: string };
}

/** Passes unless the Service leads to no pod: then the release tool's own check says so. */
const smokeIfEmpty: RolloutContext['smoke'] = async (expected, limits, signal) => {
  const { items } = await getJson('endpointslices', '-n', expected.namespace, '-l', `kubernetes.io/service-name=${names.services.api}`);
  const isEmpty = items.every(({ endpoints }: { endpoints: readonly unknown[] | null }) => (endpoints ?? []).length === 0);
  return isEmpty ? smokeTest(clusterAt(), expected, limits, signal) : smokePasses(expected, limits, signal);
};

/** Kills the container during the smoke test, like a request that exceeds the memory limit. */
function killedByRequest(): Scenario {
  let requestedMs: number | undefined;
  let isNext = false;
  const status: Parameters<typeof main>[0] = (container, age) => {
    isNext = true;
    const since = requestedMs === undefined ? undefined : (Date.now() - requestedMs) / 1000;
    if (since === undefined) return running(container, age, true);
    return running(container, since, false, 1, ended(137, age, since, 'OOMKilled'));
  };
  return played(
    'out-of-memory kill during the smoke test',
    main(status),
    {},
    {
      alone: true,
      expected: 'restarted',
      cause: /OOMKilled/,
      smoke: async (...args) => {
        if (!isNext || requestedMs !== undefined) return smokePasses(...args);
        requestedMs = Date.now();
        return { passed: false, failures: ['socket hang up'], endpoints: 1, releases: [] };
      },
    },
  );
}

/** Pods whose statuses are written by the test or by kwok: no image, no container, and any sequence that a kubelet can report. */
export const scenarios: readonly Scenario[] = [
  played(
    'native sidecar that dies after 6 s',
    ({ spec }, age) => ({
      phase: 'Running',
      conditions: conditions(age < 6),
      initContainerStatuses: spec.initContainers?.map(({ name, image }) => sidecarDies({ name, image }, age)),
      containerStatuses: spec.containers.map(({ name, image }) => running({ name, image }, age, true)),
    }),
    { pod: initContainer('proxy', { restartPolicy: 'Always' }) },
    { expected: 'restarted', cause: /container proxy.*code 3/, soakSeconds: 15 },
  ),
  played(
    'alternating exit codes',
    main(loop({ runs: 1, backsOff: 3, codes: [4, 3], ready: false })),
    {},
    {
      expected: 'crash-loop',
      cause: /exited with code (4, 3|3, 4)/,
    },
  ),
  played(
    'crash every 20 s',
    main(loop({ runs: 18, backsOff: 2, codes: [7], ready: false })),
    {},
    {
      expected: 'crash-loop',
      cause: /exited with code 7 \(Error\), 3 restarts/,
    },
  ),
  played(
    'endless init container',
    ({ spec }, age) => ({
      phase: 'Pending',
      conditions: conditions(false, false),
      initContainerStatuses: spec.initContainers?.map(({ name, image }) => running({ name, image }, age, false)),
      containerStatuses: spec.containers.map(({ name, image }) => waitingFor({ name, image }, 'PodInitializing')),
    }),
    { pod: initContainer('wait-for-db') },
    { expected: 'deadline', cause: /container wait-for-db.* init container that has run for \d+ s/, timeoutSeconds: 20 },
  ),
  played(
    'readiness gate that stays closed',
    ({ spec }, age) => ({
      phase: 'Running',
      conditions: conditions(true).map((one) =>
        one.type === 'Ready' ? { ...one, status: 'False', reason: 'ReadinessGatesNotReady' } : one,
      ),
      containerStatuses: spec.containers.map(({ name, image }) => running({ name, image }, age, true)),
    }),
    { pod: { readinessGates: [{ conditionType: 'example.com/balancer' }] } },
    { expected: 'deadline', cause: /readiness gate example\.com\/balancer/, timeoutSeconds: 20 },
  ),
  played(
    'stuck in ContainerCreating',
    main((container) => waitingFor(container, 'ContainerCreating')),
    {},
    { expected: 'deadline', cause: /ContainerCreating/, timeoutSeconds: 20 },
  ),
  played('silent kubelet', () => undefined, {}, { expected: 'deadline', cause: /whose kubelet has not reported/, timeoutSeconds: 20 }),
  played(
    'evicted again and again',
    (_, age) =>
      age < 2
        ? { phase: 'Running' }
        : { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.', conditions: conditions(false) },
    {},
    { expected: 'deadline', cause: /Evicted/, timeoutSeconds: 20 },
  ),
  {
    name: 'volume claim that is never bound',
    before: simulated(0),
    next: (place) => ({
      ...simulated(1),
      pod: { ...simulated(1).pod, volumes: [{ name: 'prices', persistentVolumeClaim: { claimName: 'prices' } }] },
      others: [
        {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata: { name: 'prices', namespace: place.namespace },
          spec: { storageClassName: 'none-has-it', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    }),
    smoke: smokePasses,
    expected: 'deadline',
    cause: /PersistentVolumeClaim/,
    timeoutSeconds: 25,
  },
  {
    name: 'webhook down for an unchanged object, crash loop',
    before: simulated(0),
    next: crashes,
    smoke: smokePasses,
    alone: true,
    meanwhile: async (place, over, waits) => {
      await waits;
      await raiseWebhook(place, ['services']);
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
      await dropWebhook(place);
    },
    expected: 'crash-loop',
    cause: /exited with code 1/,
  },
  {
    name: 'webhook down at plan time',
    before: simulated(0),
    next: { ...simulated(1) },
    smoke: smokePasses,
    afterFirst: (place) => raiseWebhook(place, ['deployments']),
    afterVerdict: dropWebhook,
    meanwhile: async (place, over) => {
      await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
      await dropWebhook(place);
    },
    expected: 'rejected',
    cause: /quotas\.policy\.example\.com.*quota-webhook/,
  },
  {
    name: 'second Deployment behind the same Service',
    before: simulated(0),
    next: (place) => ({ ...simulated(1), others: [secondDeployment(place)] }),
    smoke: smokeByAnnotation,
    expected: 'smoke-failed',
    cause: /release worker responds instead of/,
  },
  {
    name: 'Service whose selector matches no pod',
    before: simulated(0),
    next: { ...simulated(1), serviceSelector: { app: 'apii' } },
    smoke: smokeIfEmpty,
    expected: 'smoke-failed',
    cause: new RegExp(`${noReadyEndpoint(names.services.api)}.*app=apii`),
  },
  killedByRequest(),
];

/** Stops etcd, so that the API server hangs, and lets it go on. */
async function hang(_place: Place, over: AbortSignal, waits: Promise<void>, forSeconds = 20): Promise<void> {
  await waits;
  const pidFile = apiServerPidFile();
  if (pidFile === undefined) throw new Error('E2E_API_SERVER_PID names no file');
  const pid = Number.parseInt(readFileSync(join(dirname(pidFile), 'etcd'), 'utf8'), 10);
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(forSeconds * 1000, undefined, { signal: over }).catch(() => {});
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** An API server outage of 20 s: one after the other, because it affects the whole cluster. */
export const hanging: readonly Scenario[] = [
  {
    name: 'API server hangs for 20 s, good release',
    before: simulated(0),
    next: { ...simulated(1), spec: { minReadySeconds: 5 } },
    smoke: smokePasses,
    meanwhile: hang,
    expected: 'deployed',
    cause: /is deployed/,
  },
  {
    name: 'API server hangs for 20 s, crash loop',
    before: simulated(0),
    next: simulated(1, 'crash'),
    smoke: smokePasses,
    meanwhile: hang,
    expected: 'crash-loop',
    cause: /exited with code 1/,
  },
];
