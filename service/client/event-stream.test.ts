import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseEvents, type ServerSentEvent } from './event-stream.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The events of a stream whose bytes arrive in the given chunks. */
async function read(pieces: Iterable<Uint8Array>): Promise<ServerSentEvent[]> {
  async function* chunks() {
    yield* pieces;
  }
  return Array.fromAsync(parseEvents(chunks()));
}
const readText = (text: string) => read([bytesOf(text)]);

/** Splits bytes at some offsets. */
function* split(bytes: Uint8Array, places: readonly number[]): Generator<Uint8Array> {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

describe('parseEvents', () => {
  test.each<[string, string, ServerSentEvent[]]>([
    ['an event with a name', 'event: caption\ndata: {"x":1}\n\n', [{ event: 'caption', data: '{"x":1}' }]],
    ['an event without a name', 'data: a\n\n', [{ event: 'message', data: 'a' }]],
    ['several lines of data', 'data: YHOO\ndata: +2\ndata: 10\n\n', [{ event: 'message', data: 'YHOO\n+2\n10' }]],
    ['comments and empty lines', ': still there\n\n\n: x\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['only the first space after a colon', 'data:a\n\ndata:  b\n\n', ['a', ' b'].map((data) => ({ event: 'message', data }))],
    ['fields without a value', 'data\n\ndata\ndata\n\n', ['', '\n'].map((data) => ({ event: 'message', data }))],
    ['a name without data, which is no event', 'event: x\n\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['unknown fields', 'id: 1\nretry: 5\ndatum: x\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['an incomplete last event', 'data: a\n\ndata: b\n', [{ event: 'message', data: 'a' }]],
    ['a byte order mark', '\u{FEFF}data: a\n\n', [{ event: 'message', data: 'a' }]],
    ['CR and CRLF', 'data: a\r\rdata: b\r\n\r\ndata: c\r\n\n', ['a', 'b', 'c'].map((data) => ({ event: 'message', data }))],
  ])('handles %s', async (_what, text, messages) => expect(await readText(text)).toEqual(messages));

  test('is the same wherever it is cut, also inside a character and inside CRLF', async () => {
    const bytes = bytesOf('\u{FEFF}event: añ\r\ndata: 🏖️ Cádiz\r\ndata: 日本\r\n\r\n: x\r\rdata: b\n\ndata: c\r\n\r\n');
    const whole = await read([bytes]);
    expect(whole.map(({ data }) => data)).toEqual(['🏖️ Cádiz\n日本', 'b', 'c']);
    for (let place = 0; place <= bytes.length; place += 1) expect(await read(split(bytes, [place]))).toEqual(whole);
    expect(await read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  test('yields an event as soon as it is complete', async () => {
    const given: string[] = [];
    async function* chunks() {
      for (const piece of ['data: a\r', '\r', '\ndata: b\n', '\n']) {
        yield bytesOf(piece);
        given.push('cut');
      }
    }
    for await (const { data } of parseEvents(chunks())) given.push(data);
    expect(given).toEqual(['cut', 'a', 'cut', 'cut', 'b', 'cut']);
  });

  test('returns the written events for any data, line ending and split', async () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ''));
    const name = line.filter((text) => text !== '' && text !== 'message');
    const message = fc.record({ event: name, data: fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n')) });
    const end = fc.constantFrom('\n', '\r', '\r\n');
    const stream = fc.record({ messages: fc.array(message), end, places: fc.array(fc.nat(), { maxLength: 8 }) });
    await fc.assert(
      fc.asyncProperty(stream, async ({ messages, end, places }) => {
        const lines = messages.flatMap(({ event, data }) => [`event: ${event}`, ...data.split('\n').map((part) => `data: ${part}`), '']);
        const bytes = bytesOf(lines.map((text) => text + end).join(''));
        expect(await read(split(bytes, places))).toEqual(messages);
      }),
    );
  });
});
