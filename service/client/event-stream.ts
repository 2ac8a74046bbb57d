import { splitLines } from './lines.ts';

export interface ServerSentEvent {
  /** `message` where the stream names none. */
  readonly event: string;
  readonly data: string;
}

/** Name and value of a field; one space after the colon is no part of the value. */
function fieldOf(line: string): readonly [name: string, value: string] {
  const colon = line.indexOf(':');
  return colon === -1 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
}

/**
 * Server-sent events as WHATWG HTML, section 9.2.6, reads them: comments and unknown fields are passed over, several lines of
 * data are joined, and an event that the end of the stream cuts is dropped. `id` and `retry` are passed over too: they serve a
 * reader that connects again by itself, which this one does not.
 */
export async function* parseEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let event = '';
  let data: string[] = [];
  for await (const line of splitLines(chunks)) {
    if (line !== '') {
      const [name, value] = fieldOf(line);
      if (name === 'event') event = value;
      else if (name === 'data') data.push(value);
      continue;
    }
    // A single empty line of data is an empty message; no line at all is none.
    if (data.length > 0) yield { event: event === '' ? 'message' : event, data: data.join('\n') };
    event = '';
    data = [];
  }
}
