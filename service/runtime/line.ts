/** A bounded number of places, and a bounded line of those who wait for one. */
export interface Line {
  /**
   * Resolves to true with a place taken, to false at once when the line is full.
   * @throws the signal's reason when it is aborted before there is a place
   */
  enter(signal?: AbortSignal): Promise<boolean>;
  /** Gives a place back: to the first in line. */
  leave(): void;
}

export function createLine(places: number, longest: number): Line {
  let free = places;
  const waiting = new Set<() => void>();
  return {
    async enter(signal) {
      signal?.throwIfAborted();
      if (free > 0) {
        free -= 1;
        return true;
      }
      if (waiting.size >= longest) return false;
      const { promise, resolve, reject } = Promise.withResolvers<boolean>();
      const go = () => resolve(true);
      const giveUp = () => {
        // Called on already: the place is taken and the run sees the signal by itself.
        if (waiting.delete(go)) reject(signal?.reason);
      };
      waiting.add(go);
      signal?.addEventListener('abort', giveUp, { once: true });
      return promise.finally(() => signal?.removeEventListener('abort', giveUp));
    },
    leave() {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else {
        waiting.delete(next);
        next();
      }
    },
  };
}
