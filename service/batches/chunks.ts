/**
 * Maximum weight of a chunk. Its items are written in one transaction, and all of them are processed again if the worker crashes: so a
 * chunk has many quick items or few slow ones, whose calls of a model cost time and money.
 */
export const maxWeight = 200;
const slowWeight = 8;
/** From this latency on, in milliseconds, an item is slow. */
const slowMs = 100;

/** The weight of an item with this latency. */
export const weightOf = (latencyMs: number) => (latencyMs < slowMs ? 1 : slowWeight);

/** Items from one index to another, both inclusive. */
export interface Chunk {
  readonly batch: string;
  readonly from: number;
  readonly to: number;
}

/** Splits a batch whose items have these weights into chunks of at most `maxWeight`, in order. */
export function chunksOf(batch: string, weights: readonly number[]): Chunk[] {
  const chunks: Chunk[] = [];
  let [from, weight] = [0, 0];
  for (const [index, more] of weights.entries()) {
    if (weight + more > maxWeight) {
      chunks.push({ batch, from, to: index - 1 });
      [from, weight] = [index, 0];
    }
    weight += more;
  }
  return [...chunks, { batch, from, to: weights.length - 1 }];
}

/** Items per second that a caller is scheduled at; more are processed while no other caller waits. */
const fairRate = 100;
/** Priorities are seconds since this time, so that they fit 32 bits for sixty years. */
const epoch = Date.UTC(2026, 0, 1);

/**
 * When an item is due, in seconds, if its caller were alone and had `fairRate`. So a batch of another caller precedes the rest of a huge
 * one, and old items come before new ones. `ahead`: unfinished items of the same caller.
 */
export const dueSeconds = (now: number, ahead: number, index: number) => Math.floor((now - epoch) / 1000 + (ahead + index) / fairRate);
