/** The thread that reads long texts: a request comes in as a message, its answer goes out as one. */
import { parentPort } from 'node:worker_threads';
import { answer, type Conversation } from './answer.ts';

parentPort?.on('message', async (request: Conversation) => {
  parentPort?.postMessage(await answer(request));
});
