import { parseEvents } from '../client/event-stream.ts';

async function* chunksOf(text: string) {
  yield Buffer.from(text);
}

/** The events of a stream; only their data if they have no names (OpenAI's format). */
async function eventsOf(text: string): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const { event, data } of parseEvents(chunksOf(text))) {
    if (data === '[DONE]') continue;
    const value: unknown = JSON.parse(data);
    events.push(event === 'message' ? value : { event, data: value });
  }
  return events;
}

/** The values that the schema of the media type describes: one of a JSON body, any number of a stream. */
export async function decodeBody(type: string, body: string): Promise<readonly unknown[]> {
  if (type === 'text/event-stream') return eventsOf(body);
  if (type === 'application/jsonl') return body.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return [type.endsWith('json') ? JSON.parse(body) : body];
}
