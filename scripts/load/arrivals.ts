import { setTimeout as sleep } from 'node:timers/promises';

interface Load {
  readonly perSecond: number;
  readonly seconds: number;
}
interface Arrivals extends Load {
  /** Part of an interval by which all arrivals are later: not all scenarios start at the same time. */
  readonly phase: number;
  readonly signal: AbortSignal;
}

/** Arrivals of a run. The summand: 0.29 × 100 is 28.999999999999996. */
export const arrivalsIn = ({ perSecond, seconds }: Load) => Math.floor(perSecond * seconds + 1e-9);

/**
 * Calls `arrive` at a constant rate, whether or not earlier calls have ended (open loop), with the time at which the call was due. Latencies
 * count from that time: if the service or this process falls behind, the requests that could not be sent meanwhile show it, too.
 */
export async function atConstantRate({ perSecond, seconds, phase, signal }: Arrivals, arrive: (index: number, dueMs: number) => void) {
  const [startMs, count] = [performance.now(), arrivalsIn({ perSecond, seconds })];
  for (let index = 0; index < count && !signal.aborted; index += 1) {
    const dueMs = startMs + ((index + phase) / perSecond) * 1000;
    const waitMs = dueMs - performance.now();
    // Rejects only if the signal aborts.
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) arrive(index, dueMs);
  }
}
