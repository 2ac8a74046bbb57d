import { setTimeout as sleep } from 'node:timers/promises';
import { getJson, kubectl, kubectlResult } from '../cluster.ts';
import type { Place } from './scenarios.ts';
import type { Shop } from './shop.ts';

type Json = Readonly<Record<string, unknown>>;

interface PlayedPod {
  readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly containers: readonly { readonly name: string; readonly image: string }[];
    readonly initContainers?: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status: Json;
}
/** What a kubelet reports of a pod that it has had for so many seconds; undefined: nothing. */
export type Play = (pod: PlayedPod, age: number) => Json | undefined;

const nodeLabel = 'e2e.leyenda.dev/played-for';
const nodeOf = ({ namespace }: Place) => `played-${namespace}`.slice(0, 63);

/** The pods of a release on the node whose kubelet `playKubelet` plays. */
export const onPlayedNode = (place: Place): Pick<Shop, 'pod'> => ({
  pod: { nodeSelector: { [nodeLabel]: place.namespace }, tolerations: [{ operator: 'Exists' }] },
});

export const moment = (secondsAgo: number): string => new Date(Date.now() - secondsAgo * 1000).toISOString().replace(/\.\d+/, '');

/** Adds a node without a kubelet and reports of its pods what the play says, until it is over. */
export async function playKubelet(place: Place, play: Play, over: AbortSignal): Promise<void> {
  const name = nodeOf(place);
  const { namespace } = place;
  await kubectlResult(['delete', 'node', name, '--ignore-not-found']);
  const labels = { [nodeLabel]: namespace, 'kubernetes.io/hostname': name };
  // Other pods stay away.
  const spec = { taints: [{ key: nodeLabel, value: namespace, effect: 'NoSchedule' }] };
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, spec };
  await kubectl(['create', '-f', '-'], JSON.stringify(node));
  const allocatable = { cpu: '4', memory: '8Gi', pods: '50' };
  const report = () =>
    patchStatus(['node', name], {
      capacity: allocatable,
      allocatable,
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'played',
          lastHeartbeatTime: moment(0),
          lastTransitionTime: moment(0),
        },
      ],
    });
  await report();
  const seen = new Map<string, number>();
  for (let round = 0; !over.aborted; round += 1) {
    if (round % 5 === 4) await report();
    await playOnce(namespace, name, play, seen);
    await sleep(400, undefined, { signal: over }).catch(() => {});
  }
  await kubectlResult(['delete', 'pods', '-n', namespace, '--field-selector', `spec.nodeName=${name}`, '--force', '--grace-period=0']);
  await kubectlResult(['delete', 'node', name, '--wait=false']);
}

async function playOnce(namespace: string, node: string, play: Play, seen: Map<string, number>): Promise<void> {
  const { items }: { items: PlayedPod[] } = await getJson('pods', '-n', namespace, '--field-selector', `spec.nodeName=${node}`);
  for (const pod of items) {
    const { name, uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      await kubectlResult(['delete', 'pod', name, '-n', namespace, '--force', '--grace-period=0', '--ignore-not-found']);
      continue;
    }
    const since = seen.get(uid) ?? Date.now();
    seen.set(uid, since);
    const status = play(pod, (Date.now() - since) / 1000);
    if (status !== undefined) await patchStatus(['pod', name, '-n', namespace], status);
  }
}

const patchStatus = (object: readonly string[], status: Json) =>
  kubectlResult(['patch', ...object, '--subresource=status', '--type=merge', '--patch', JSON.stringify({ status })]);

/** Conditions of a pod that runs. */
export const conditions = (ready: boolean, initialized = true): readonly Json[] =>
  Object.entries({ PodScheduled: true, Initialized: initialized, ContainersReady: ready, Ready: ready }).map(([type, is]) => ({
    type,
    status: is ? 'True' : 'False',
    lastTransitionTime: moment(0),
    ...(is ? {} : { reason: type === 'Initialized' ? 'ContainersNotInitialized' : 'ContainersNotReady' }),
  }));

/** Status of a container that runs, since so many seconds. */
export const running = (container: { name: string; image: string }, age: number, ready: boolean, restarts = 0, last?: Json): Json => ({
  ...container,
  imageID: container.image,
  ready,
  started: true,
  restartCount: restarts,
  state: { running: { startedAt: moment(age) }, waiting: null, terminated: null },
  lastState: last ?? {},
});

export const waitingFor = (container: { name: string; image: string }, reason: string, restarts = 0, last?: Json): Json => ({
  ...container,
  imageID: '',
  ready: false,
  started: false,
  restartCount: restarts,
  state: { waiting: { reason, message: '' }, running: null, terminated: null },
  lastState: last ?? {},
});

/** An end of a run, for `lastState`. */
export const ended = (exitCode: number, ranFrom: number, ranTo: number, reason = 'Error'): Json => ({
  terminated: { exitCode, reason, startedAt: moment(ranFrom), finishedAt: moment(ranTo) },
});

/** A container in a loop: it runs so many seconds, is ready or not, ends with the next of the codes, and waits for so many seconds. */
export function loop({
  runs,
  backsOff,
  codes,
  ready,
  reason,
}: {
  runs: number;
  backsOff: number;
  codes: readonly number[];
  ready: boolean;
  reason?: string;
}) {
  return (container: { name: string; image: string }, age: number): Json => {
    const period = runs + backsOff;
    const round = Math.floor(age / period);
    const into = age % period;
    const code = (index: number) => codes[index % codes.length] ?? 1;
    if (into < runs) {
      const last = round === 0 ? undefined : ended(code(round - 1), into + period, into + backsOff, reason);
      return running(container, into, ready, round, last);
    }
    return waitingFor(container, 'CrashLoopBackOff', round, ended(code(round), into, into - runs, reason));
  };
}
