import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../cli/context.ts';
import { type Container, containersOf, unhealthyReason } from './containers.ts';
import type { Docker } from './docker.ts';
import { assertHealth } from './health.ts';
import type { ComposeTarget } from './target.ts';

/** How often and at which interval the health of the containers is checked, and then /health requested. */
export const healthPolling = { attempts: 30, requests: 6, everyMs: 5000 } as const;

export interface StartOptions extends Pick<Context, 'out' | 'signal'> {
  readonly everyMs?: number;
}

/** Compose waits for a container that restarts again and again, without an end. */
const startTimeoutMs = healthPolling.attempts * healthPolling.everyMs;

/** Without the containers of compose.monitoring.yaml, which has the same project. */
export const ps = ['ps', '--all', '--orphans=false', '--format', 'json'];
/** Orphans stay: the monitoring is among them. */
export const up = ['up', '--detach'];

/** @throws if a container is not healthy in time, or /health does not report the release */
export async function startRelease(
  target: ComposeTarget,
  docker: Docker,
  { out, signal, everyMs = healthPolling.everyMs }: StartOptions,
): Promise<void> {
  try {
    await docker.run(up, startTimeoutMs);
  } catch (error) {
    const reasons = reasonsOf(containersOf(await docker.run(ps)));
    throw new Error([error instanceof Error ? error.message : String(error), reasons].filter((text) => text !== '').join(': '), {
      cause: error,
    });
  }
  await allHealthy(docker, { out, signal, everyMs });
  out.step('verify: check /health');
  await healthReported(target, { signal, everyMs });
}

/** The proxy finds the addresses of new containers after some seconds. */
async function healthReported(target: ComposeTarget, { signal, everyMs }: { signal: AbortSignal; everyMs: number }): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await assertHealth(target);
    } catch (error) {
      if (attempt === healthPolling.requests) throw error;
      await sleep(everyMs, undefined, { signal });
    }
  }
}

/** @throws with the reason of each container if not all are healthy after the last check */
async function allHealthy(docker: Docker, { out, signal, everyMs }: Pick<Context, 'out' | 'signal'> & { everyMs: number }): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const containers = containersOf(await docker.run(ps));
    const waiting = unhealthy(containers);
    if (containers.length > 0 && waiting.length === 0) return out.showPending();
    if (attempt === healthPolling.attempts) throw new Error(reasonsOf(containers) || 'there is no container');
    out.showPending(...waiting);
    await sleep(everyMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

const unhealthy = (containers: readonly Container[]) =>
  containers.flatMap((one) => {
    const reason = unhealthyReason(one);
    return reason === undefined ? [] : [{ object: one.service, reason }];
  });

const reasonsOf = (containers: readonly Container[]): string =>
  unhealthy(containers)
    .map(({ object, reason }) => `${object} ${reason}`)
    .join(', ');
