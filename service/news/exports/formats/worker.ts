/** The thread that draws charts and reports: one comes in as a message, its file goes out as one. */
import { parentPort } from 'node:worker_threads';
import type { Drawing } from './draw.ts';
import { pdf } from './pdf.ts';
import { png } from './png.ts';

const fileOf = (drawing: Drawing): Promise<Uint8Array> => ('png' in drawing ? png(drawing.png) : pdf(drawing.pdf));

parentPort?.on('message', async (drawing: Drawing) => {
  parentPort?.postMessage(await fileOf(drawing));
});
