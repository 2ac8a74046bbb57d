/** The thread of the embedded database. */
import { parentPort } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { guardDatabase } from './guard.ts';
import { serveConnection } from './serve-connection.ts';
import { startParams } from './start-params.ts';
import { type FromThread, type ToThread, toThreadError } from './thread-messages.ts';

const send = (message: FromThread) => parentPort?.postMessage(message);

function stop(error: unknown): never {
  send({ type: 'fatal', error: toThreadError(error) });
  // Until the process ends.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

async function open(path: string) {
  try {
    const pglite = await PGlite.create(path, { startParams });
    send({ type: 'opened' });
    return { pglite, guard: guardDatabase(pglite, path, stop) };
  } catch (error) {
    send({ type: 'failed', error: toThreadError(error) });
    return undefined;
  }
}

let opening: ReturnType<typeof open> | undefined;
parentPort?.on('message', async (message: ToThread) => {
  if (message.type === 'open') opening = open(message.path);
  const opened = await opening;
  if (message.type === 'connect' && opened !== undefined) serveConnection(opened.pglite, message.port, opened.guard);
  if (message.type === 'close') {
    await opened?.pglite.close();
    process.exit();
  }
});
