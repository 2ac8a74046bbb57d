import { connect, createServer, type Socket } from 'node:net';
import { listenFor } from './proxy-url.ts';

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
  });
  const proxied = await listenFor(url, server);
  return {
    url: proxied,
    silence() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
