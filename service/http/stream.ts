import { type Context, disconnectSignal } from './context.ts';

/** Whether the client requests events: by `stream` in the body, or as the media type that it prefers. */
export function wantsEvents(ctx: Context, stream: boolean | undefined): boolean {
  ctx.vary('Accept');
  return stream ?? ctx.accepts('application/json', 'text/event-stream') === 'text/event-stream';
}

/** Aborts a streamed response if the client disconnects or the process stops. */
export function streamSignal(ctx: Context): AbortSignal {
  const { shutdown } = ctx.state;
  const disconnected = disconnectSignal(ctx);
  return shutdown === undefined ? disconnected : AbortSignal.any([disconnected, shutdown]);
}

/** Emits a part of a response; resolves when there is room for the next one. */
export type Emit<T> = (part: T) => Promise<void>;

/** Parts in the buffer for a slow reader before the producer has to wait. */
const maxBuffered = 64;

/**
 * The parts that `produce` emits in order, then its error if it fails. If the reader stops, the producer is not cancelled: its own
 * signal has to end it, so that it can record what it cost.
 */
async function* bufferParts<T>(produce: (emit: Emit<T>) => Promise<void>): AsyncGenerator<T, void, void> {
  const buffer: T[] = [];
  let emitted = Promise.withResolvers<void>();
  let drained = Promise.withResolvers<void>();
  let ended = false;
  const end = () => {
    ended = true;
    emitted.resolve();
    drained.resolve();
  };
  const done = produce(async (part) => {
    buffer.push(part);
    emitted.resolve();
    while (buffer.length >= maxBuffered && !ended) await drained.promise;
  }).finally(end);
  done.catch(() => {});
  try {
    while (buffer.length > 0 || !ended) {
      for (const part of buffer.splice(0)) yield part;
      drained.resolve();
      drained = Promise.withResolvers();
      if (buffer.length === 0 && !ended) await emitted.promise;
      emitted = Promise.withResolvers();
    }
    await done;
  } finally {
    end();
  }
}

/**
 * The stream of the parts that `produce` emits; resolves with the first part.
 * @throws as `produce` does before its first part, so that the response can have the status of the error
 */
export async function createStream<T>(produce: (emit: Emit<T>) => Promise<void>): Promise<AsyncIterable<T>> {
  const parts = bufferParts(produce);
  let first: IteratorResult<T, void> | undefined = await parts.next();
  return {
    // Not a generator: `return` of one that was never read would not close `parts`.
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
