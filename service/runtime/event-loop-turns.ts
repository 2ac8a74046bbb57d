/** Callers that wait for their turn, by work, in the order in which the works started. */
const works = new Set<(() => void)[]>();
let scheduled = false;

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    for (const waiting of works) {
      const start = waiting.shift();
      if (start === undefined) continue;
      start();
      return schedule();
    }
  });
}

/**
 * Runs background work in steps: `nextTurn` resolves in a later turn of the event loop. Of all works together, one step runs per turn, so
 * that other events, such as requests, wait for one step at most. The work that started first goes first: its results are stored while
 * the next one computes.
 */
export async function inTurns<T>(work: (nextTurn: () => Promise<void>) => Promise<T>): Promise<T> {
  const waiting: (() => void)[] = [];
  works.add(waiting);
  const nextTurn = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    schedule();
    return promise;
  };
  return work(nextTurn).finally(() => works.delete(waiting));
}
