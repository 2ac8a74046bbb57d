import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timings } from './contract/timings.ts';

/** How long connections that are idle when the listener closes may still send a last request, in milliseconds. */
const idleGrace = 2000;

/** `unready`: /ready refuses. `closing`: no new connection, and every answer is its connection's last. */
export interface Lifecycle {
  state: 'running' | 'unready' | 'closing';
}

/**
 * Waits for requests in flight, for at most `seconds`; then cuts what is left.
 * The listener closes first while connections stay open: a caller that sends on an open connection is answered, with
 * `Connection: close`, instead of meeting a connection that was closed under its request.
 */
function drain(server: Server, seconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // What has arrived is read first: after the process was busy for long, a connection that looks idle may hold a request.
  const idle = setTimeout(() => setImmediate(() => server.closeIdleConnections()), idleGrace);
  const cut = setTimeout(() => server.closeAllConnections(), seconds * 1000);
  // http.Server's own close() would also close the idle connections, at once.
  NetServer.prototype.close.call(server, () => {
    clearTimeout(idle);
    clearTimeout(cut);
    resolve();
  });
  return promise;
}

interface Stopping {
  readonly lifecycle: Lifecycle;
  readonly servers: readonly Server[];
  /** Works besides the servers. */
  readonly worker: { stop(seconds: number): Promise<void> } | undefined;
  readonly durations: Pick<Timings, 'linger' | 'drain' | 'close'>;
  /** Closes what the servers were using: database, cache. */
  readonly close: () => Promise<unknown>;
}

/** Ordered and bounded: unready, wait for the endpoints to forget this process, drain, close. */
export async function stop({ lifecycle, servers, worker, durations, close }: Stopping): Promise<void> {
  lifecycle.state = 'unready';
  await sleep(durations.linger * 1000);
  lifecycle.state = 'closing';
  await Promise.all([worker?.stop(durations.drain), ...servers.map((server) => drain(server, durations.drain))]);
  await Promise.race([close(), sleep(durations.close * 1000, undefined, { ref: false })]);
}
