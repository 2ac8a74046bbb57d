import { setTimeout as sleep } from 'node:timers/promises';
import type { Memory, Observation } from './judge/index.ts';
import { judge } from './judge/index.ts';
import { ofKind } from './judge/objects.ts';
import { moment } from './judge/time.ts';
import type { Run } from './run.ts';
import { BadRelease, type Trouble, troubleOf } from './trouble.ts';
import { observe } from './watch.ts';

const soakPollMs = 500;

/**
 * Looks on until for so many seconds nothing restarted and nothing lost its readiness.
 * @throws {BadRelease} when a container restarts or the judge changes its mind: what comes and goes ends with a verdict, not with patience
 */
export async function soak(run: Run, start: Observation, seconds: number): Promise<void> {
  let memory = start.previous;
  let quietSince = Date.now();
  while (Date.now() < quietSince + seconds * 1000) {
    run.out.now({ what: 'service', why: `healthy; watching for restarts for ${seconds} s` });
    await sleep(soakPollMs, undefined, { signal: run.signal }).catch(() => run.signal.throwIfAborted());
    const { targets, appliedAt, deadlineSeconds } = start;
    const now = await observe({ cluster: run.cluster, namespace: run.namespace, targets, appliedAt, deadlineSeconds }, memory);
    const verdict = judge(now);
    if (verdict.state === 'failed') throw new BadRelease(troubleOf(verdict));
    if (isUnquiet(memory, verdict.memory)) quietSince = Date.now();
    memory = verdict.memory;
    const restarted = restartedSince(start, now);
    if (restarted !== undefined) throw new BadRelease(restarted);
  }
}

/** Whether a container is not ready that has been, or was not for a moment since the last look. */
const isUnquiet = (before: Memory | undefined, { readiness }: Memory): boolean =>
  Object.entries(readiness).some(([run, { ready, losses }]) => !ready || losses.at(-1) !== before?.readiness[run]?.losses.at(-1));

/** The first container, in a pod that was there at the start, that has restarted since. */
export function restartedSince(start: Observation, now: Observation): Trouble | undefined {
  const before = new Map(restartsOf(start).map((one) => [one.key, one.restarts]));
  const found = restartsOf(now).find(({ key, restarts }) => restarts > (before.get(key) ?? restarts));
  if (found === undefined) return undefined;
  return {
    code: 'restarted',
    line: `container ${found.container} of pod ${found.pod.name} restarted after the rollout (${found.restarts} restarts)`,
    provedAt: found.at ?? now.now,
    chain: [{ kind: 'Pod', ...found.pod }],
    container: { name: found.container, restarts: found.restarts, previousLogs: true },
    others: [],
  };
}

const restartsOf = ({ objects }: Observation) =>
  ofKind(objects, 'Pod').flatMap(({ metadata: { name, namespace = '', uid }, status }) =>
    (status?.containerStatuses ?? []).map((container) => ({
      key: `${uid}/${container.name}`,
      pod: { name, namespace },
      container: container.name,
      restarts: container.restartCount ?? 0,
      at: moment(container.lastState?.terminated?.finishedAt),
    })),
  );
