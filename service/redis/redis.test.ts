import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../telemetry/log.ts';
import { generate, startService } from '../testing/service.ts';
import { openRedis } from './redis.ts';

/** What stands where Redis should: `behave` gets each connection. */
async function instead(behave: (socket: Socket) => void) {
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

describe('A Redis that is no help', () => {
  test.each([
    ['accepts connections and never answers', () => {}],
    ['cuts every connection', (socket: Socket) => void socket.destroy()],
    ['answers something else', (socket: Socket) => void socket.on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))],
  ])('and %s costs no request, and one line in the log', async (_, behave) => {
    const { redis, lines, close } = await instead(behave);
    const service = await startService({}, { redis });
    const answers = await Promise.all(Array.from({ length: 5 }, () => generate(service)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const text = await (await fetch(`${service.url}/metrics`)).text();
    expect(text).toMatch(/instagram_captions_fallbacks_total\{dependency="cache",operation="limit"\} [1-9]/);
    expect(lines.filter((line) => line.includes('Redis is away'))).toHaveLength(1);
    await service.close();
    await close();
  });
});
