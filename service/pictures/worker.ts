/** The thread that decodes pictures: a file comes in as a message, an upright JPEG goes out as one. */
import { parentPort } from 'node:worker_threads';
import { toUprightJpeg } from './codec.ts';

parentPort?.on('message', async (bytes: Uint8Array) => {
  parentPort?.postMessage(await toUprightJpeg(bytes));
});
