/** Items per job: they are written in one transaction, and all of them are processed again if the worker crashes. */
export const chunkSize = 25;

/** Items from one index to another, both inclusive. */
export interface Chunk {
  readonly batch: string;
  readonly from: number;
  readonly to: number;
}

/** Splits a batch into chunks of at most `chunkSize` items. */
export const chunksOf = (batch: string, total: number): Chunk[] =>
  Array.from({ length: Math.ceil(total / chunkSize) }, (_, at) => ({
    batch,
    from: at * chunkSize,
    to: Math.min((at + 1) * chunkSize, total) - 1,
  }));

/** Items per second that a caller is scheduled at; more are processed while no other caller waits. */
const fairRate = 100;
/** Priorities are seconds since this time, so that they fit 32 bits for sixty years. */
const epoch = Date.UTC(2026, 0, 1);

/**
 * When an item is due, in seconds, if its caller were alone and had `fairRate`. So a batch of another caller precedes the rest of a huge
 * one, and old items come before new ones. `ahead`: unfinished items of the same caller.
 */
export const dueSeconds = (now: number, ahead: number, index: number) => Math.floor((now - epoch) / 1000 + (ahead + index) / fairRate);
