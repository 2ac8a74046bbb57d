import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Writes each chunk to all sinks, at the speed of the slowest: no more than their buffers is in memory. */
export async function tee(source: Readable, sinks: readonly Writable[]): Promise<void> {
  const write = async (sink: Writable, chunk: Uint8Array) => {
    if (sink.destroyed) throw sink.errored ?? new Error('a reader of the dump stopped');
    if (!sink.write(chunk)) await once(sink, 'drain');
  };
  try {
    for await (const chunk of source) await Promise.all(sinks.map((sink) => write(sink, chunk)));
    for (const sink of sinks) sink.end();
  } catch (error) {
    for (const sink of sinks) sink.destroy(Error.isError(error) ? error : undefined);
    throw error;
  }
}
