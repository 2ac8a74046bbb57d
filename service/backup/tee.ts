import type { Readable, Writable } from 'node:stream';
import { BrokenPipe } from './programs.ts';

/** Waits until a sink can be written to again, or is destroyed. */
const writable = (sink: Writable) =>
  new Promise<void>((resolve) => {
    const end = () => {
      sink.off('drain', end).off('close', end);
      resolve();
    };
    sink.once('drain', end).once('close', end);
  });

/** Writes each chunk to all sinks, at the speed of the slowest: no more than their buffers is in memory. */
export async function tee(source: Readable, sinks: readonly Writable[]): Promise<void> {
  const write = async (sink: Writable, chunk: Uint8Array) => {
    if (!sink.destroyed && !sink.write(chunk)) await writable(sink);
    // The reader has the cause.
    if (sink.destroyed) throw sink.errored ?? new BrokenPipe('a reader of the dump stopped', 'run the command again');
  };
  try {
    for await (const chunk of source) await Promise.all(sinks.map((sink) => write(sink, chunk)));
    for (const sink of sinks) sink.end();
  } catch (error) {
    for (const sink of sinks) sink.destroy(Error.isError(error) ? error : undefined);
    throw error;
  }
}
