const [firstMs, longestMs] = [100, 10_000];

/** Milliseconds before a process that ended is replaced: none at first, then twice as many after each further exit soon after a start. */
export const restartDelayMs = (exitsInSuccession: number): number =>
  exitsInSuccession <= 1 ? 0 : Math.min(firstMs * 2 ** (exitsInSuccession - 2), longestMs);
