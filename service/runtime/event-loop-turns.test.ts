import { describe, expect, test } from '@jest/globals';
import { inTurns } from './event-loop-turns.ts';

/** Runs so many steps of so many works, and writes down the steps of each turn of the event loop. */
async function run(works: readonly (readonly [name: string, steps: number])[]) {
  const turns: string[][] = [[]];
  let isOver = false;
  const count = () => {
    turns.push([]);
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const step = async (name: string, nextTurn: () => Promise<void>) => {
    await nextTurn();
    turns.at(-1)?.push(name);
  };
  await Promise.all(
    works.map(([name, steps]) => inTurns((nextTurn) => Promise.all(Array.from({ length: steps }, () => step(name, nextTurn))))),
  );
  isOver = true;
  return turns.filter((steps) => steps.length > 0);
}

describe('Work in turns of the event loop', () => {
  test('runs one step per turn, and the work that started first before the others', async () => {
    expect(
      await run([
        ['a', 3],
        ['b', 2],
      ]),
    ).toEqual([['a'], ['a'], ['a'], ['b'], ['b']]);
  });

  test('that fails or waits for something else does not stop the others', async () => {
    const endless = Promise.withResolvers<void>();
    const waiting = inTurns(() => endless.promise);
    await expect(inTurns(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await run([['a', 2]])).toEqual([['a'], ['a']]);
    endless.resolve();
    await waiting;
  });
});
