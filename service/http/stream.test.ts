import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createStream } from './stream.ts';

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('A stream of what some work tells', () => {
  test('holds every part in order, however fast the work tells and the reader reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ slowToTell: fc.boolean(), slowToRead: fc.boolean() }), { maxLength: 200 }), async (steps) => {
        const stream = await createStream<number>(async (tell) => {
          for (const [at, { slowToTell }] of steps.entries()) {
            if (slowToTell) await soon();
            await tell(at);
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
    let told = 0;
    const stream = await createStream<number>(async (tell) => {
      for (; told < 1000; told += 1) await tell(told);
    });
    await soon();
    expect(told).toBeLessThan(200);
    let read = 0;
    for await (const part of stream) expect(part).toBe(read++);
    expect(read).toBe(1000);
  });

  test('fails at once where the work fails before it told anything, and after the parts where it fails later', async () => {
    await expect(createStream(() => Promise.reject(new Error('early')))).rejects.toThrow('early');
    const read: string[] = [];
    const stream = await createStream<string>(async (tell) => {
      await tell('one');
      throw new Error('late');
    });
    const readAll = async () => {
      for await (const part of stream) read.push(part);
    };
    await expect(readAll()).rejects.toThrow('late');
    expect(read).toEqual(['one']);
  });

  test('lets the work come to its end where nobody reads on', async () => {
    const ended = Promise.withResolvers<number>();
    const stream = await createStream<number>(async (tell) => {
      let at = 0;
      for (; at < 500; at += 1) await tell(at);
      ended.resolve(at);
    });
    await stream[Symbol.asyncIterator]().return?.();
    expect(await ended.promise).toBe(500);
  });
});
