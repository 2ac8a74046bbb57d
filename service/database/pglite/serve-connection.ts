import type { MessagePort } from 'node:worker_threads';
import type { PGlite } from '@electric-sql/pglite';
import { isStartup, query } from './wire-messages.ts';

/** PGlite has one session for all connections: a new connection must not get what an earlier one left. */
function resetSession(pglite: PGlite): void {
  if (pglite.isInTransaction()) pglite.execProtocolRawSync(query('rollback'));
  pglite.execProtocolRawSync(query('discard all'));
}

export interface ConnectionGuard {
  /** The response to a message that must not be executed. */
  readonly reject: (pglite: PGlite, message: Uint8Array) => Uint8Array | undefined;
  readonly onResponse: (bytes: Uint8Array) => void;
}

/** Executes the messages of PostgreSQL's protocol that arrive at a port, each before the next. */
export function serveConnection(pglite: PGlite, port: MessagePort, guard?: ConnectionGuard): void {
  const respond = (bytes: Uint8Array) => {
    guard?.onResponse(bytes);
    port.postMessage(bytes);
  };
  port.on('message', (message: Uint8Array) => {
    if (isStartup(message)) resetSession(pglite);
    const rejection = guard?.reject(pglite, message);
    if (rejection !== undefined) respond(rejection);
    // Copies each response: PGlite uses its memory again.
    else void pglite.execProtocolRawStream(message, { syncToFs: false, onRawData: (bytes) => respond(bytes.slice()) });
  });
}
