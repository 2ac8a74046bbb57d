import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Koa from 'koa';
import { compression } from './compression.ts';
import type { State } from './context.ts';
import { createHttpServer } from './http-server.ts';

/** More than the buffers of two sockets hold, compressed or not. */
const large = randomBytes(48 * 1024 * 1024);

function* parts(part: () => Buffer | string) {
  while (true) yield part();
}

/** Every kind of answer that does not fit into the buffers: its path, media type and body. */
const answers: Readonly<Record<string, { readonly type: string; readonly body: () => Readable | Buffer | string }>> = {
  json: { type: 'json', body: () => JSON.stringify(large.toString('base64')) },
  file: { type: 'js', body: () => large },
  events: { type: 'text/event-stream', body: () => Readable.from(parts(() => `data: ${'x'.repeat(64 * 1024)}\n\n`)) },
  lines: { type: 'application/jsonl', body: () => Readable.from(parts(() => randomBytes(64 * 1024))) },
};

const silenceMs = 3000;

/** Resolves when the server can send no more: the buffers are full. */
async function stalled(connection: Socket): Promise<void> {
  let before = -1;
  while (!connection.destroyed && (before <= 0 || connection.bytesWritten !== before)) {
    before = connection.bytesWritten;
    await sleep(200);
  }
}

describe('A connection whose client stops reading', () => {
  const app = new Koa<State>();
  app.use(compression());
  app.use((ctx) => {
    const answer = answers[ctx.path.slice(1)];
    ctx.type = answer?.type ?? 'text';
    ctx.body = answer?.body();
  });
  app.silent = true;
  const server = createHttpServer(app.callback(), silenceMs);
  /** The server's side of connections by the client's port. */
  const accepted = new Map<number | undefined, Socket>();
  server.on('connection', (connection: Socket) => accepted.set(connection.remotePort, connection));
  let port = 0;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    port = address.port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Sends a request and reads nothing of the response. Returns the server's side of the connection too. */
  async function sendWithoutReading(path: string, encoding: string): Promise<{ readonly client: Socket; readonly connection: Socket }> {
    const client = connect(port, '127.0.0.1');
    client.pause().write(`GET /${path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: ${encoding}\r\n\r\n`);
    await once(client, 'connect');
    for (;;) {
      const connection = accepted.get(client.localPort);
      if (connection !== undefined) return { client, connection };
      await once(server, 'connection');
    }
  }

  test.concurrent.each(Object.keys(answers).flatMap((path) => ['identity', 'gzip'].map((encoding) => [path, encoding] as const)))(
    'is closed within the limit during an answer %s, encoded as %s',
    async (path, encoding) => {
      const { client, connection } = await sendWithoutReading(path, encoding);
      const closed = once(connection, 'close').then(() => 'closed');
      await stalled(connection);
      const late = sleep(silenceMs * 1.5, 'still open', { ref: false });
      expect(await Promise.race([closed, late])).toBe('closed');
      client.destroy();
    },
  );

  test('stays open while the client reads now and then', async () => {
    const { client, connection } = await sendWithoutReading('file', 'identity');
    let read = 0;
    client.on('data', ({ length }) => {
      read += length;
      if (read < 2 * 1024 * 1024) return;
      read = 0;
      client.pause();
      setTimeout(() => client.resume(), silenceMs / 8);
    });
    client.resume();
    await sleep(silenceMs * 1.5);
    expect(connection.destroyed).toBe(false);
    client.destroy();
  });
});
