/** The thread of the sandbox: a program comes in as a message, its outcome goes out as one. */
import { parentPort, workerData } from 'node:worker_threads';
import { interpret } from './interpreter.ts';

parentPort?.on('message', async (code: string) => {
  parentPort?.postMessage(await interpret(code, workerData));
});
