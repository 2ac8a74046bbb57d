/** Items of one job: so many are lost to a worker that dies, answered by the next one, and written in one transaction. */
export const chunkSize = 25;

/** Items in order of their index, both ends included. */
export interface Chunk {
  readonly batch: string;
  readonly from: number;
  readonly to: number;
}

/** A batch as jobs of at most `chunkSize` items each. */
export const chunksOf = (batch: string, total: number): Chunk[] =>
  Array.from({ length: Math.ceil(total / chunkSize) }, (_, at) => ({
    batch,
    from: at * chunkSize,
    to: Math.min((at + 1) * chunkSize, total) - 1,
  }));

/** Items a second that a caller has a claim to; more than that is done when nobody else waits. */
const fairRate = 100;
/** Priorities count seconds from here, so that they fit 32 bits for sixty years. */
const epoch = Date.UTC(2026, 0, 1);

/**
 * When an item is due, in seconds, as if its caller were alone and had `fairRate`: a batch of another caller goes before the rest of a
 * huge one, and what has waited for long goes before everything new. `ahead`: items of the same caller that wait already.
 */
export const dueSeconds = (now: number, ahead: number, index: number) => Math.floor((now - epoch) / 1000 + (ahead + index) / fairRate);
