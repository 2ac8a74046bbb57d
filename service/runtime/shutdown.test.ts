import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../telemetry/log.ts';
import { type Lifecycle, stop } from './shutdown.ts';

const durations = { deregistrationDelay: 0, drain: 5, close: 0.05 };

/** What stops, with the lines that it logged. */
function stopping(rest: Partial<Parameters<typeof stop>[0]>) {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  const lifecycle: Lifecycle = { state: 'running' };
  const stopped = stop({
    lifecycle,
    servers: [],
    workers: [],
    durations,
    endResponses: () => {},
    close: async () => {},
    log,
    ...rest,
  });
  return { stopped, lines, lifecycle };
}

describe('The end of a process', () => {
  test('waits for requests and closes what they used, also where the worker fails to stop', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const server = createServer((_request, response) => arrived.resolve(response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const answer = fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, { headers: { Connection: 'close' } });
    const response = await arrived.promise;
    const closed = Promise.withResolvers<string>();
    const worker = { stop: () => Promise.reject(new Error('the queue is away')) };
    const close = async () => closed.resolve(response.writableEnded ? 'after the answer' : 'before the answer');
    const { stopped, lines, lifecycle } = stopping({ servers: [server], workers: [worker], close });
    setTimeout(() => response.end('whole'), 50);
    await stopped;
    expect(await (await answer).text()).toBe('whole');
    expect(await closed.promise).toBe('after the answer');
    expect(lifecycle.state).toBe('closing');
    expect(lines.join('')).toContain('the queue is away');
  });

  test('lets a response in flight end itself before its connection is closed', async () => {
    const arrived = Promise.withResolvers<ServerResponse>();
    const server = createServer((_request, response) => arrived.resolve(response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const answer = fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, { headers: { Connection: 'close' } });
    const response = await arrived.promise;
    const { stopped } = stopping({
      servers: [server],
      durations: { ...durations, drain: 2.1 },
      endResponses: () => void response.writeHead(503).end('stopping'),
    });
    expect([(await answer).status, await (await answer).text()]).toEqual([503, 'stopping']);
    await stopped;
  });

  test.each([
    ['takes too long', () => Promise.withResolvers<void>().promise, 'not done within'],
    ['fails', () => Promise.reject(new Error('broken')), 'broken'],
  ])('is not delayed when closing %s, and logs that usage may be lost', async (_, close, reason) => {
    const { stopped, lines } = stopping({ close });
    await stopped;
    expect(lines.join('')).toContain(reason);
    expect(lines.join('')).toContain('usage that was not written yet is lost');
  });

  test('says nothing where all went well', async () => {
    const { stopped, lines } = stopping({});
    await stopped;
    expect(lines).toEqual([]);
  });
});
