import { getJson, namespace } from './cluster.ts';

/** Reads every half second until the value is as wanted. @returns the last value after the timeout */
export async function until<Value>(read: () => Promise<Value>, wanted: (value: Value) => boolean, secondsAllowed: number): Promise<Value> {
  for (const end = Date.now() + secondsAllowed * 1000; ; ) {
    const value = await read();
    if (wanted(value) || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

interface Counted {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly observedGeneration?: number; readonly readyReplicas?: number; readonly replicas?: number };
}
interface Autoscaler {
  readonly spec: { readonly minReplicas: number; readonly scaleTargetRef: { readonly name: string } };
}

/** Incomplete workloads of a namespace: with fewer ready pods than desired, or with terminating pods. */
export async function incomplete(where: string = namespace): Promise<string[]> {
  const workloads: { items: Counted[] } = await getJson('deployment,statefulset', '-n', where);
  const autoscalers: { items: Autoscaler[] } = await getJson('hpa', '-n', where);
  const least = new Map(autoscalers.items.map(({ spec }) => [spec.scaleTargetRef.name, spec.minReplicas]));
  return workloads.items.flatMap(({ kind, metadata: { name, generation }, spec, status }) => {
    const wanted = Math.max(spec.replicas ?? 1, least.get(name) ?? 0);
    const ready = status.readyReplicas ?? 0;
    const settled = status.observedGeneration === generation && status.replicas === wanted;
    return settled && ready === wanted ? [] : [`${kind}/${name}: ${ready} of ${wanted} ready`];
  });
}

/** Waits until all workloads of a namespace are complete. @throws with the incomplete ones */
export async function whole(secondsAllowed: number, where: string = namespace): Promise<void> {
  const still = await until(
    () => incomplete(where),
    ({ length }) => length === 0,
    secondsAllowed,
  );
  if (still.length > 0) throw new Error(`still incomplete after ${secondsAllowed} s: ${still.join('; ')}`);
}
