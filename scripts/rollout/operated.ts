import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from './api-error.ts';
import { isRecord, type KubeObject, label, listAt, refOf, textAt } from './objects.ts';
import type { Run } from './run.ts';
import { BadRelease } from './trouble.ts';

const pollMs = 700;

/** PostgreSQL by its operator: no workload of ours, but the migration finds neither password nor server before it is ready. */
export const isOperated = ({ kind }: { readonly kind: string }): boolean => kind === 'Cluster';

/**
 * Waits until an operator calls each of these ready.
 * @throws {BadRelease} after the deadline (seconds), with what the operator says instead
 * @throws the reason of the signal when it is aborted
 */
export async function awaitOperators(run: Run, objects: readonly KubeObject[], deadlineSeconds: number): Promise<void> {
  const end = Date.now() + deadlineSeconds * 1000;
  for (const object of objects) {
    for (let lacks = await lackOf(run, object); lacks !== undefined; lacks = await lackOf(run, object)) {
      const line = `${label(refOf(object))} is not ready: ${lacks}`;
      if (Date.now() > end) {
        const late = `${line} (not within ${deadlineSeconds} s)`;
        throw new BadRelease({ code: 'deadline', line: late, provedAt: run.cluster.now(), chain: [refOf(object)], others: [] });
      }
      run.out.now(line);
      await sleep(pollMs, undefined, { signal: run.signal }).catch(() => run.signal.throwIfAborted());
    }
    run.out.line(`${label(refOf(object))} is ready`);
  }
}

/** What an object lacks, in the operator's words; undefined when it is ready. */
async function lackOf({ cluster }: Run, object: KubeObject): Promise<string | undefined> {
  try {
    const live = await cluster.get(refOf(object));
    const ready = listAt(live, 'status', 'conditions').find((each) => isRecord(each) && each.type === 'Ready');
    if (textAt(ready, 'status') === 'True') return undefined;
    return textAt(live, 'status', 'phase') ?? textAt(ready, 'message') ?? 'its operator has said nothing yet';
  } catch (error) {
    if (!isTransient(error)) throw error;
    return 'the API server does not answer';
  }
}
