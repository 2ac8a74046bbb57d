import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../telemetry/log.ts';
import { generate, startService } from '../testing/service.ts';
import { openRedis } from './redis.ts';

/** A client of a faulty Redis server: `behave` handles each connection. */
async function openFaultyRedis(behave: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const redis = openRedis(`redis://127.0.0.1:${port}`, log);
  return {
    redis,
    lines,
    async close() {
      await redis.close();
      for (const socket of sockets) socket.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('faulty Redis', () => {
  test.each([
    ['accepts connections and never answers', () => {}],
    ['closes every connection', (socket: Socket) => void socket.destroy()],
    ['does not speak the protocol', (socket: Socket) => void socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ])('that %s fails no request and logs one line', async (_, behave) => {
    const { redis, lines, close } = await openFaultyRedis(behave);
    const service = await startService({}, { redis });
    const answers = await Promise.all(Array.from({ length: 5 }, () => generate(service)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/instagram_captions_fallbacks_total\{dependency="cache",operation="limit"\} [1-9]/);
    expect(lines.filter((line) => line.includes('Redis is down'))).toHaveLength(1);
    await service.close();
    await close();
  });
});
