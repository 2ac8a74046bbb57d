import type { Treatment } from './api-proxy.ts';

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Of all calls: so many out of a hundred are dropped, lost, stalled, and delayed. */
const shares = { drop: 4, lose: 4, stall: 2, delay: 10 } as const;
/** Occasional outages without any response. Milliseconds. */
const outage = { everyMs: 60_000, forMs: 20_000 } as const;

/** A network that delays, drops, resets and stalls calls at random, and cuts watches; decides about one call at a time. */
export function createChaos(random: () => number): (call: { readonly url: string }) => Treatment {
  const between = (least: number, most: number) => least + random() * (most - least);
  const startOfOutages = Date.now() + between(0, outage.everyMs);
  return ({ url }) => {
    const intoOutage = (Date.now() - startOfOutages) % outage.everyMs;
    if (intoOutage >= 0 && intoOutage < outage.forMs) return { does: 'stall', forMs: outage.forMs - intoOutage };
    const drawn = random() * 100;
    if (drawn < shares.drop) return { does: 'drop' };
    if (drawn < shares.drop + shares.lose && !isWatch(url)) return { does: 'lose' };
    if (drawn < shares.drop + shares.lose + shares.stall) return { does: 'stall', forMs: between(1000, 20_000) };
    const isDelayed = drawn < shares.drop + shares.lose + shares.stall + shares.delay;
    const afterMs = isDelayed ? between(300, 3000) : between(0, 100);
    return { does: 'pass', afterMs, ...(isWatch(url) && { cutAfterMs: between(200, 15_000) }) };
  };
}

const isWatch = (url: string): boolean => /[?&]watch=(true|1)/.test(url);
