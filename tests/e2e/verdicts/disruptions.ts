import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutContext } from '../../../scripts/rollout/verify/rollout-context.ts';
import { getJson, kubectl } from '../cluster.ts';
import { apiServerPidFile, restartApiServer } from './api-server.ts';
import type { SeveringProxy } from './proxy.ts';
import type { Place, Scenario } from './scenarios.ts';

/** Pods on simulated nodes, which leave a lost node soon. They serve no requests. */
const away = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
const tolerations = [
  { key: 'kwok.x-k8s.io/node', operator: 'Exists' },
  ...away.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 2 })),
];
const simulated = { replicas: 3, spec: { minReadySeconds: 10 }, pod: { nodeSelector: { type: 'kwok' }, tolerations } } as const;
const alwaysPasses: RolloutContext['smoke'] = async () => ({ passed: true, failures: [], endpoints: 0, releases: ['simulated'] });

interface Disruption extends Scenario {
  /** Why it cannot be tried here. */
  readonly impossible?: string;
  /** Whether kubectl is tested too. */
  readonly withKubectl?: true;
}
const restart = {
  meanwhile: restarted,
  ...(apiServerPidFile() === undefined ? { impossible: 'E2E_API_SERVER_PID does not say which process the API server is' } : {}),
} as const;

/** What happens to the cluster itself meanwhile: it changes no verdict. Each has the cluster for itself. */
export const disruptions = (proxy: Promise<SeveringProxy>): readonly Disruption[] => [
  {
    ...restart,
    name: 'API server restarted, good release',
    next: { behaviour: 'well, again' },
    expected: 'deployed',
    cause: /is deployed/,
  },
  {
    ...restart,
    name: 'API server restarted, crash loop',
    before: { replicas: 1 },
    next: { replicas: 1, behaviour: 'crashes' },
    expected: 'crash-loop',
    cause: /exited with code 7 \(Error\), 3 restarts/,
  },
  {
    name: 'watches cut for 60 s, crash loop',
    before: { replicas: 1 },
    next: { replicas: 1, behaviour: 'crashes' },
    server: async () => (await proxy).server,
    meanwhile: async (_, over) => cut(await proxy, over),
    withKubectl: true,
    expected: 'crash-loop',
    cause: /exited with code 7 \(Error\), 3 restarts/,
  },
  {
    name: 'a node goes away (simulated)',
    before: simulated,
    next: { ...simulated, configuration: { GREETING: 'next' } },
    smoke: alwaysPasses,
    meanwhile: nodeLost,
    expected: 'deployed',
    cause: /is deployed/,
    timeoutSeconds: 240,
  },
];

async function restarted(_place: Place, _over: AbortSignal, waits: Promise<void>): Promise<void> {
  const pidFile = apiServerPidFile();
  if (pidFile === undefined) throw new Error('E2E_API_SERVER_PID names no file');
  await waits;
  await restartApiServer(pidFile, 3);
}

async function cut(proxy: SeveringProxy, over: AbortSignal): Promise<void> {
  proxy.cutAfterMs = 1000;
  await sleep(60_000, undefined, { signal: over }).catch(() => {});
  proxy.cutAfterMs = undefined;
}

const failing = 'node-not-ready.stage.kwok.x-k8s.io';

/** The node of a new pod fails, and comes back when all is over. */
async function nodeLost({ namespace }: Place, over: AbortSignal): Promise<void> {
  const { items: before } = await getJson('pods', '-n', namespace);
  const old = new Set(before.map(({ metadata }: { metadata: { name: string } }) => metadata.name));
  for (let node = ''; !over.aborted; await sleep(200)) {
    const { items } = await getJson('pods', '-n', namespace);
    node =
      items.find(
        ({ metadata, spec }: { metadata: { name: string }; spec: { nodeName?: string } }) => !old.has(metadata.name) && spec.nodeName,
      )?.spec.nodeName ?? '';
    if (node === '') continue;
    await kubectl(['label', 'node', node, `${failing}=true`, '--overwrite']);
    await new Promise((resolve) => over.addEventListener('abort', resolve, { once: true }));
    await kubectl(['label', 'node', node, `${failing}-`]);
    return;
  }
}
