import { createParser } from 'eventsource-parser';

export interface ServerSentEvent {
  /** `message` if the stream names no event. */
  readonly event: string;
  readonly data: string;
}

/**
 * Server-sent events (WHATWG HTML, section 9.2.6), each as soon as it is complete; an incomplete last one is dropped. `id` and `retry`
 * are ignored: this client does not reconnect.
 */
export async function* parseEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const complete: ServerSentEvent[] = [];
  const parser = createParser({ onEvent: ({ event = 'message', data }) => complete.push({ event, data }) });
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* complete.splice(0);
  }
}
