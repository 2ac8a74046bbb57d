import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createStream } from './stream.ts';

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('A stream of emitted parts', () => {
  test('has every part in order, for every speed of the producer and the reader', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ slowToEmit: fc.boolean(), slowToRead: fc.boolean() }), { maxLength: 200 }), async (steps) => {
        const stream = await createStream<number>(async (emit) => {
          for (const [at, { slowToEmit }] of steps.entries()) {
            if (slowToEmit) await soon();
            await emit(at);
          }
        });
        const read: number[] = [];
        for await (const part of stream) {
          if (steps[part]?.slowToRead) await soon();
          read.push(part);
        }
        expect(read).toEqual(steps.map((_, at) => at));
      }),
      { numRuns: 50 },
    );
  });

  test('waits for a slow reader', async () => {
    let emitted = 0;
    const stream = await createStream<number>(async (emit) => {
      for (; emitted < 1000; emitted += 1) await emit(emitted);
    });
    await soon();
    expect(emitted).toBeLessThan(200);
    let read = 0;
    for await (const part of stream) expect(part).toBe(read++);
    expect(read).toBe(1000);
  });

  test('throws immediately if the producer fails before its first part, and after the parts if it fails later', async () => {
    await expect(createStream(() => Promise.reject(new Error('early')))).rejects.toThrow('early');
    const read: string[] = [];
    const stream = await createStream<string>(async (emit) => {
      await emit('one');
      throw new Error('late');
    });
    const readAll = async () => {
      for await (const part of stream) read.push(part);
    };
    await expect(readAll()).rejects.toThrow('late');
    expect(read).toEqual(['one']);
  });

  test('lets the producer finish if the reader stops', async () => {
    const ended = Promise.withResolvers<number>();
    const stream = await createStream<number>(async (emit) => {
      let at = 0;
      for (; at < 500; at += 1) await emit(at);
      ended.resolve(at);
    });
    await stream[Symbol.asyncIterator]().return?.();
    expect(await ended.promise).toBe(500);
  });
});
