import { timings } from '../../contract/timings.ts';
import { deadlineSignal } from '../runtime/deadline.ts';
import { type Context, disconnectSignal } from './context.ts';
import { Problem } from './problem.ts';

/** Whether the caller asks for events: in the body, or as the one type that it accepts best. */
export function wantsEvents(ctx: Context, stream: boolean | undefined): boolean {
  ctx.vary('Accept');
  return stream ?? ctx.accepts('application/json', 'text/event-stream') === 'text/event-stream';
}

/** Ends a streamed answer: the caller left, or it took longer than a stream may. */
export const streamSignal = (ctx: Context): AbortSignal =>
  AbortSignal.any([disconnectSignal(ctx), deadlineSignal(timings.stream * 1000, () => new Problem('timeout'))]);

/** Tells a part of an answer; resolves when there is room for the next. */
export type Emit<T> = (part: T) => Promise<void>;

/** Parts that may wait for a slow reader before the work waits too. */
const room = 64;

/**
 * The parts that some work tells, in order, then its failure where it fails. The work goes its own way: where nobody reads on,
 * its own signal has to end it, and it still comes to know what it cost.
 */
async function* telling<T>(work: (tell: Emit<T>) => Promise<void>): AsyncGenerator<T, void, void> {
  const waiting: T[] = [];
  let told = Promise.withResolvers<void>();
  let read = Promise.withResolvers<void>();
  let over = false;
  const end = () => {
    over = true;
    told.resolve();
    read.resolve();
  };
  const done = work(async (part) => {
    waiting.push(part);
    told.resolve();
    while (waiting.length >= room && !over) await read.promise;
  }).finally(end);
  done.catch(() => {});
  try {
    while (waiting.length > 0 || !over) {
      for (const part of waiting.splice(0)) yield part;
      read.resolve();
      read = Promise.withResolvers();
      if (waiting.length === 0 && !over) await told.promise;
      told = Promise.withResolvers();
    }
    await done;
  } finally {
    end();
  }
}

/** A stream of what some work tells, once the first part is there. What fails before that is an ordinary error with its own status. */
export async function createStream<T>(work: (tell: Emit<T>) => Promise<void>): Promise<AsyncIterable<T>> {
  const parts = telling(work);
  let first: IteratorResult<T, void> | undefined = await parts.next();
  return {
    // Not a generator, which would not close `parts` where nobody ever reads it.
    [Symbol.asyncIterator]: () => ({
      async next() {
        const next = first ?? (await parts.next());
        first = undefined;
        return next;
      },
      return: () => parts.return(),
    }),
  };
}
