import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy that can stop forwarding without closing connections, as if the machine behind it had died. */
export interface SilentProxy {
  readonly url: string;
  /** Stops forwarding on existing connections; new ones work. */
  silence(): void;
  close(): Promise<void>;
}

/** Starts a proxy on loopback to the server of the URL `target`. */
export async function startSilentProxy(target: string): Promise<SilentProxy> {
  const url = new URL(target);
  const [host, port] = [url.hostname, Number(url.port)];
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(port, host);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy()).on('close', () => sockets.delete(one));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    silence() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
