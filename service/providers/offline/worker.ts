/** The thread that reads long texts: a request comes in as a message, its answer goes out as one. */
import { parentPort } from 'node:worker_threads';
import type { ChatRequest } from '../../models/model.ts';
import { answer } from './answer.ts';

parentPort?.on('message', async (request: ChatRequest) => {
  parentPort?.postMessage(await answer(request));
});
