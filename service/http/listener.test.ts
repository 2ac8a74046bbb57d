import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { createListener } from './listener.ts';

test('A connection ends whose caller reads nothing of an answer without end', async () => {
  const ended = Promise.withResolvers<string>();
  const server = createListener((_request, response) => {
    const endless = Readable.from(
      (function* () {
        while (true) yield Buffer.alloc(64 * 1024);
      })(),
    );
    response.on('close', () => {
      endless.destroy();
      ended.resolve('closed');
    });
    endless.pipe(response);
  }, 100).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const caller = connect(address.port, '127.0.0.1');
  caller.pause().write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  expect(await ended.promise).toBe('closed');
  caller.destroy();
  server.close();
});
