import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timings } from '../../contract/timings.ts';
import type { Logger } from '../telemetry/log.ts';

/** Time during which idle connections may send a last request after the listener has closed, in milliseconds. */
const idleGraceMs = 2000;

/**
 * `starting`: it listens, but the database is not ready for requests. `unready`: /ready returns 503. `closing`: no new connections, and
 * each response closes its connection.
 */
export interface Lifecycle {
  state: 'starting' | 'running' | 'unready' | 'closing';
  /** Resolves at the end of `starting`; not set: the process never was in this state. */
  started?: Promise<void>;
}

/** Milliseconds before the end of `drain` at which responses in flight end. */
const endingMs = 2000;

/** Closes the listener of a server while connections stay open: close() of http.Server would close the idle ones immediately. */
export const closeListener = (server: Server): void => void NetServer.prototype.close.call(server);

/**
 * Resolves when a server whose listener closes has no more requests in flight, after at most `seconds`; then it closes all connections.
 * Connections stay open at first: a client that sends a request on an open connection gets a response with `Connection: close` instead of
 * a closed connection.
 */
function drain(server: Server, seconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // After setImmediate, so that data which has arrived is read first: a busy process may not have seen a request yet.
  const idle = setTimeout(() => setImmediate(() => server.closeIdleConnections()), idleGraceMs);
  const cut = setTimeout(() => server.closeAllConnections(), seconds * 1000);
  server.once('close', () => {
    clearTimeout(idle);
    clearTimeout(cut);
    resolve();
  });
  return promise;
}

interface Stopping {
  readonly lifecycle: Lifecycle;
  readonly servers: readonly Server[];
  readonly workers: readonly { stop(seconds: number): Promise<void> }[];
  readonly durations: Pick<Timings, 'deregistrationDelay' | 'drain' | 'close'>;
  /** Ends the responses in flight with an error, shortly before the connections are closed. */
  readonly endResponses: () => void;
  /** Closes what the servers use: database, cache. */
  readonly close: () => Promise<unknown>;
  readonly log: Pick<Logger, 'error'>;
  /** Closes the listeners of several processes; default: those of this process. */
  readonly closeListeners?: ((servers: readonly Server[]) => Promise<void>) | undefined;
}

/** Ordered and bounded shutdown: unready, wait for the deregistration, drain, close. A failed step does not stop the next ones. */
export async function stop({ lifecycle, servers, workers, durations, endResponses, close, log, ...rest }: Stopping): Promise<void> {
  lifecycle.state = 'unready';
  await sleep(durations.deregistrationDelay * 1000);
  const drained = Promise.all(servers.map((server) => drain(server, durations.drain)));
  const ending = setTimeout(endResponses, Math.max(0, durations.drain * 1000 - endingMs));
  // Before responses close their connections: a client opens another one at once.
  if (rest.closeListeners === undefined) servers.forEach(closeListener);
  else await rest.closeListeners(servers);
  lifecycle.state = 'closing';
  const worked = workers.map((worker) =>
    worker.stop(durations.drain).catch((error: unknown) => log.error({ error }, 'A worker did not stop')),
  );
  await Promise.all([...worked, drained]);
  clearTimeout(ending);
  const late = sleep(durations.close * 1000, new Error(`not done within ${durations.close} s`), { ref: false });
  const error = await Promise.race([
    close().then(
      () => undefined,
      (reason: unknown) => reason,
    ),
    late,
  ]);
  if (error !== undefined) log.error({ error }, 'Not everything was closed: usage that was not written yet is lost');
}
