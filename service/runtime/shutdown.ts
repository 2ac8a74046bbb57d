import type { Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Timings } from '../../contract/timings.ts';
import type { Logger } from '../telemetry/log.ts';

/** How long connections that are idle when the listener closes may still send a last request, in milliseconds. */
const idleGrace = 2000;

/**
 * `starting`: it listens, but the database is not ready for requests. `unready`: /ready refuses. `closing`: no new connection, and
 * every answer is its connection's last.
 */
export interface Lifecycle {
  state: 'starting' | 'running' | 'unready' | 'closing';
  /** Resolves when `starting` is over; not set: it never was. */
  started?: Promise<void>;
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
  readonly durations: Pick<Timings, 'deregistrationDelay' | 'drain' | 'close'>;
  /** Closes what the servers were using: database, cache. */
  readonly close: () => Promise<unknown>;
  readonly log: Pick<Logger, 'error'>;
}

/** Ordered and bounded: unready, wait for the endpoints to forget this process, drain, close. Whatever fails, the rest goes on. */
export async function stop({ lifecycle, servers, worker, durations, close, log }: Stopping): Promise<void> {
  lifecycle.state = 'unready';
  await sleep(durations.deregistrationDelay * 1000);
  lifecycle.state = 'closing';
  const worked = worker?.stop(durations.drain).catch((error: unknown) => log.error({ error }, 'The worker did not stop'));
  await Promise.all([worked, ...servers.map((server) => drain(server, durations.drain))]);
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
