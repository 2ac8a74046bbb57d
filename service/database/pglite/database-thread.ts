import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { startThread, workerProgram } from '../../runtime/thread.ts';
import { type FromThread, fromThreadError, type ToThread } from './thread-messages.ts';

/** The thread that runs an embedded database. */
export interface DatabaseThread {
  /** Rejects with the error of the thread, which has ended then. */
  open(path: string): Promise<void>;
  /** A new connection; the database has one session for all of them. */
  connect(): MessagePort;
  /** Closes the database and ends the thread. */
  close(): Promise<void>;
}

const program = {
  name: 'embedded database',
  program: workerProgram(import.meta.url, 'database-worker.js'),
  // Enough for PostgreSQL's own limit, max_stack_depth: without it, a deep expression would end the process.
  memory: { stackSizeMb: 32 },
};

/** @param onFatal called once the opened database is unusable */
export function startDatabaseThread(onFatal: (error: unknown) => void): DatabaseThread {
  const worker = startThread(program);
  const send = (message: ToThread, ports: MessagePort[] = []) => worker.postMessage(message, ports);
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  // A failure before `open` is its result.
  opened.catch(() => {});
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  let isOpen = false;
  const fail = (error: unknown) => (isOpen ? onFatal(error) : reject(error));
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread of the embedded database ended')));
  worker.on('message', (message: FromThread) => {
    if (message.type === 'opened') {
      isOpen = true;
      resolve();
      return;
    }
    fail(fromThreadError(message.error));
    void worker.terminate();
  });
  return {
    open(path) {
      send({ type: 'open', path });
      return opened;
    },
    connect() {
      const { port1, port2 } = new MessageChannel();
      send({ type: 'connect', port: port2 }, [port2]);
      return port1;
    },
    async close() {
      isOpen = false;
      send({ type: 'close' });
      await ended;
    },
  };
}
