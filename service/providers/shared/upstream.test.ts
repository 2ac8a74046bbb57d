import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ModelError } from '../../models/model-error.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { UpstreamClient } from './upstream.ts';

let close = async () => {};
afterEach(() => close());

/** An endpoint that responds in this way, and the number of its connections. */
async function endpoint(respond: (response: ServerResponse) => void) {
  let [connections, closed] = [0, 0];
  const server = createServer((request, response) => void request.resume().on('end', () => respond(response)));
  server.on('connection', (socket) => {
    connections += 1;
    socket.on('close', () => {
      closed += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = async () => {
    server.closeAllConnections();
    await server[Symbol.asyncDispose]();
  };
  const address = server.address();
  const baseURL = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const client = new UpstreamClient({ baseURL, headers: {} }, () => new ModelError('rejected', 'as scripted'));
  return { client, connections: () => connections, closed: () => closed };
}

const signal = new AbortController().signal;
const start = (response: ServerResponse) => response.writeHead(200, { 'Content-Type': 'text/event-stream' });

describe('An answer', () => {
  test('that is compressed and larger than the buffers of a stream arrives whole', async () => {
    // Random, so that the compressed answer is large too.
    const text = randomBytes(300_000).toString('base64');
    const json = gzipSync(JSON.stringify({ text }));
    const { client } = await endpoint((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(json);
    });
    const events: unknown[] = [];
    expect(await client.stream('/', '{}', signal, async (event) => void events.push(event))).toBe('json');
    expect(events).toEqual([{ text }]);
    expect(await client.request('/', '{}', signal)).toEqual({ text });
  });

  test.each(['application/json', 'text/event-stream'])('of the type %s that breaks off is a failure of the endpoint', async (type) => {
    const { client } = await endpoint((response) => {
      response.writeHead(200, { 'Content-Type': type, 'Content-Length': '1000' }).write('{"half":');
      setImmediate(() => response.destroy());
    });
    await expect(client.stream('/', '{}', signal, async () => {})).rejects.toMatchObject({ failure: 'unreachable' });
  });

  test('that breaks off because the caller left throws the reason of the signal', async () => {
    const leaving = new AbortController();
    const { client } = await endpoint((response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' }).write('{"half":');
      setImmediate(() => leaving.abort(new Error('left')));
    });
    await expect(client.stream('/', '{}', leaving.signal, async () => {})).rejects.toThrow('left');
  });
});

describe('A connection to a provider', () => {
  test('serves the next stream after a complete one', async () => {
    const { client, connections } = await endpoint((response) => {
      start(response).write('data: 1\n\ndata: [DONE]\n\n');
      setImmediate(() => response.end());
    });
    let streams = 0;
    // The next request may come before the end of the response was read.
    do {
      expect(await client.stream('/', '{}', signal, async () => {})).toBe('done');
      streams += 1;
    } while (connections() === streams && streams < 100);
    expect(connections()).toBeLessThan(streams);
  });

  test('is closed if the provider does not end a complete stream', async () => {
    const { client, closed } = await endpoint((response) => start(response).write('data: 1\n\ndata: [DONE]\n\n'));
    expect(await client.stream('/', '{}', signal, async () => {})).toBe('done');
    await waitUntil(() => closed() === 1);
  });

  test('is closed if the stream is not read to its end', async () => {
    const { client, closed } = await endpoint((response) => start(response).write('data: 1\n\n'));
    const reading = client.stream('/', '{}', signal, () => Promise.reject(new Error('no more')));
    await expect(reading).rejects.toThrow('no more');
    await waitUntil(() => closed() === 1);
  });
});
