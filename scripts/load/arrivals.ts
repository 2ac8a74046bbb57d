import { setTimeout as sleep } from 'node:timers/promises';

interface Arrivals {
  readonly perSecond: number;
  readonly seconds: number;
  /** Part of an interval by which all arrivals are later: not all scenarios start at the same time. */
  readonly phase: number;
  readonly signal: AbortSignal;
}

/**
 * Calls `arrive` at a constant rate, whether or not earlier calls have ended (open loop), with the time at which the call was due. Latencies
 * count from that time: if the service or this process falls behind, the requests that could not be sent meanwhile show it, too.
 */
export async function atConstantRate({ perSecond, seconds, phase, signal }: Arrivals, arrive: (index: number, dueMs: number) => void) {
  const [startMs, count] = [performance.now(), Math.floor(perSecond * seconds)];
  for (let index = 0; index < count && !signal.aborted; index += 1) {
    const dueMs = startMs + ((index + phase) / perSecond) * 1000;
    const waitMs = dueMs - performance.now();
    // Rejects only if the signal aborts.
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) arrive(index, dueMs);
  }
}
