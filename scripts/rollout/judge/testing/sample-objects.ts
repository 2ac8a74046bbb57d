/** Made-up cluster objects for tests: one Deployment `shop/api` whose revision 2 was applied at second 0, after revision 1. */
import type {
  ClusterEvent,
  ClusterObject,
  Condition,
  Container,
  ContainerStatus,
  Deployment,
  Pod,
  ReplicaSet,
} from '../kubernetes-objects.ts';
import type { Memory, Observation, Target } from '../verdict.ts';

const start = Date.UTC(2026, 0, 1, 12);
const namespace = 'shop';

/** Time as seconds after the release was applied. */
export const dateAt = (seconds: number): Date => new Date(start + seconds * 1000);
export const timestampAt = (seconds: number): string => dateAt(seconds).toISOString();
export const target: Target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'api', uid: 'api', generation: 2 };

/** All pods exist and are ready by default. */
export const deployment = (status: Deployment['status'] = {}, spec: Deployment['spec'] = {}, generation = 2): Deployment => ({
  kind: 'Deployment',
  metadata: { name: 'api', namespace, uid: 'api', generation, annotations: { 'deployment.kubernetes.io/revision': '2' } },
  spec: { replicas: 2, ...spec },
  status: { observedGeneration: generation, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, ...status },
});

/** The same without available pods. */
export const unready = deployment({ readyReplicas: 0, availableReplicas: 0 });

export const replicaSet = (revision: 1 | 2, conditions: readonly Condition[] = []): ReplicaSet => ({
  kind: 'ReplicaSet',
  metadata: {
    name: `api-${revision}`,
    namespace,
    uid: `api-${revision}`,
    annotations: { 'deployment.kubernetes.io/revision': `${revision}` },
    labels: { 'pod-template-hash': `${revision}` },
    ownerReferences: [{ kind: 'Deployment', name: 'api', uid: 'api' }],
  },
  status: { conditions },
});

interface PodParts {
  readonly name?: string;
  readonly revision?: 1 | 2;
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid: string };
  readonly phase?: string;
  readonly created?: number;
  readonly conditions?: readonly Condition[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly statuses?: readonly ContainerStatus[];
  readonly initStatuses?: readonly ContainerStatus[];
  readonly nodeName?: string;
}

export const pod = ({ name = 'api-2-a', revision = 2, created = 1, phase = 'Pending', ...parts }: PodParts): Pod => ({
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    uid: name,
    creationTimestamp: timestampAt(created),
    labels: { 'pod-template-hash': `${revision}`, 'controller-revision-hash': `${revision}` },
    ownerReferences: [parts.owner ?? { kind: 'ReplicaSet', name: `api-${revision}`, uid: `api-${revision}` }],
  },
  spec: {
    containers: parts.containers ?? [{ name: 'api', image: 'ghcr.io/example/api:2' }],
    initContainers: parts.initContainers ?? [],
    ...(parts.nodeName === undefined ? {} : { nodeName: parts.nodeName }),
  },
  status: {
    phase,
    conditions: parts.conditions ?? [],
    containerStatuses: parts.statuses ?? [],
    initContainerStatuses: parts.initStatuses ?? [],
  },
});

export const waiting = (reason: string, message = '', name = 'api'): ContainerStatus => ({
  name,
  ready: false,
  restartCount: 0,
  state: { waiting: { reason, message } },
});

/** A container that has run since `at`, two seconds after it exited with this code. */
export const restarted = (restartCount: number, at: number, exitCode = 1, reason = 'Error', name = 'api'): ContainerStatus => ({
  name,
  ready: false,
  restartCount,
  state: { running: { startedAt: timestampAt(at) } },
  lastState: { terminated: { exitCode, reason, startedAt: timestampAt(at - 3), finishedAt: timestampAt(at - 2) } },
});

export const running = (at: number, started = true, name = 'api'): ContainerStatus => ({
  name,
  ready: false,
  started,
  restartCount: 0,
  state: { running: { startedAt: timestampAt(at) } },
});

export const event = (
  reason: string,
  message: string,
  first: number,
  last = first,
  about: { kind?: string; name?: string } = {},
): ClusterEvent => ({
  metadata: { name: `${reason}-${first}`, namespace },
  involvedObject: { kind: 'Pod', namespace, name: 'api-2-a', ...about },
  reason,
  message,
  firstTimestamp: timestampAt(first),
  lastTimestamp: timestampAt(last),
});

/** An observation at a number of seconds after the release was applied. */
export const observe = (
  seconds: number,
  objects: readonly ClusterObject[],
  events: readonly ClusterEvent[] = [],
  more: { readonly previous?: Memory; readonly targets?: readonly Target[]; readonly deadlineSeconds?: number } = {},
): Observation => ({ now: dateAt(seconds), appliedAt: dateAt(0), targets: [target], objects, events, deadlineSeconds: 900, ...more });

/** Revision 2 with these pods, none of them available yet. */
export const rollout = (...pods: readonly Pod[]): readonly ClusterObject[] => [unready, replicaSet(1), replicaSet(2), ...pods];
