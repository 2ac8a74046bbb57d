import type { RolloutContext } from '../../../scripts/rollout/verify/rollout-context.ts';
import { getJson } from '../cluster.ts';
import { missing, unpulled } from '../control-plane.ts';
import type { Shop } from './shop.ts';

/** How a pod on a simulated node fails, in the words of the stages of the cluster's kwok. */
export type Fault = 'crash' | 'oom' | 'unready' | 'image-pull';

const pod = { nodeSelector: { type: 'kwok' }, tolerations: [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }] };

/** A release whose pods run on simulated nodes, which need no image and start at once; `number` distinguishes releases. */
export const simulated = (number: number, fault?: Fault): Partial<Shop> => ({
  replicas: 1,
  image: unpulled,
  pod,
  configuration: { GREETING: `hello ${number}` },
  ...(fault && { annotations: { 'kcp.test/fail': fault } }),
});

/** Simulated pods carry no traffic: the service is taken to answer. */
export const smokePasses: RolloutContext['smoke'] = async () => ({ passed: true, failures: [], endpoints: 0, releases: ['simulated'] });
export const smokeFails: RolloutContext['smoke'] = async () => ({
  passed: false,
  failures: ['GET /health returned 500 instead of 200'],
  endpoints: 0,
  releases: [],
});

/** Why nothing can be simulated; undefined if there are simulated nodes. */
export async function simulationMissing(): Promise<string | undefined> {
  if (missing !== undefined) return missing;
  const { items } = await getJson('nodes', '-l', 'type=kwok');
  return items.length > 0 ? undefined : 'no node of the cluster is simulated by kwok (label type=kwok)';
}
