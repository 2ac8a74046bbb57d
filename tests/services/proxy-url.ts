import { once } from 'node:events';
import type { Server } from 'node:net';

/** Has a proxy listen on loopback. @returns the URL `target` with its address */
export async function listenFor(target: URL, server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return url.href;
}
