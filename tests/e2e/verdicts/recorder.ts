import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '../../../scripts/values/digest.ts';
import { isRecord } from '../../../scripts/values/json.ts';
import { getJson } from '../cluster.ts';

type Json = Readonly<Record<string, unknown>>;
interface Live {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: Json & { readonly name: string; readonly uid?: string; readonly generation?: number };
}

const kinds = 'deployments,statefulsets,daemonsets,jobs,replicasets,controllerrevisions,pods,events';
const dropped = [
  'managedFields',
  'resourceVersion',
  'selfLink',
  'generateName',
  'hostIP',
  'podIP',
  'podIPs',
  'hostIPs',
  'imageID',
  'containerID',
];
const droppedSpecs = ['template', 'selector', 'env', 'volumes', 'volumeMounts', 'tolerations', 'securityContext', 'resources', 'data'];

/** Only what the judge may read: no addresses, no variables. */
const kept = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(kept);
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).filter(([name]) => !dropped.includes(name) && !droppedSpecs.includes(name));
  return Object.fromEntries(fields.map(([name, inner]) => [name, kept(inner)]));
};
/** Warnings, and events about new nodes: the judge reads no others. */
const isRelevant = (object: object) =>
  !('type' in object && object.type === 'Normal') || ('reason' in object && object.reason === 'TriggeredScaleUp');

/** Looks at a namespace once a second until it is over, and writes what changed as `scripts/rollout/judge/recorded/README.md` describes it. */
export async function recordRollout(
  folder: string,
  name: string,
  namespace: string,
  target: { readonly kind: string; readonly name: string },
  over: AbortSignal,
): Promise<void> {
  const world = new Map<string, string>();
  const lines: string[] = [];
  let applied: string | undefined;
  while (!over.aborted) {
    const at = new Date().toISOString();
    const { items }: { items: Live[] } = await getJson(kinds, '-n', namespace);
    const seen = items.filter((object) => object.kind !== 'Event' || isRelevant(object));
    const changes = seen.flatMap((object) => {
      const change = kept(object);
      const key = `${object.kind}/${object.metadata.name}`;
      const digest = digestOf(change);
      if (world.get(key) === digest) return [];
      world.set(key, digest);
      return [{ kind: object.kind, name: object.metadata.name, change: { ...Object(change), kind: undefined, apiVersion: undefined } }];
    });
    const present = new Set(seen.map(({ kind, metadata }) => `${kind}/${metadata.name}`));
    const gone = [...world.keys()].filter((key) => !present.has(key));
    for (const key of gone) world.delete(key);
    if (changes.length > 0 || gone.length > 0)
      lines.push(JSON.stringify({ at, ...(changes.length > 0 && { changes }), ...(gone.length > 0 && { gone }) }));
    const live = items.find(({ kind, metadata }) => kind === target.kind && metadata.name === target.name);
    if (applied === undefined && (live?.metadata.generation ?? 0) > 1) {
      const { uid, generation } = live?.metadata ?? {};
      applied = JSON.stringify({ appliedAt: at, target: { ...target, namespace, uid, generation } });
    }
    await sleep(1000, undefined, { signal: over }).catch(() => {});
  }
  if (applied !== undefined)
    writeFileSync(join(folder, `${name}.jsonl`), `${[applied, ...lines].join('\n')}\n`.replaceAll(namespace, 'shop'));
}
