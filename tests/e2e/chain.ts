import { test } from '@jest/globals';

/** Tests that build on each other: after one that failed, the others fail at once and say which it was. */
export function chain() {
  let broken: string | undefined;
  return (name: string, work: () => Promise<void>, secondsAllowed: number) =>
    test(
      name,
      async () => {
        if (broken !== undefined) throw new Error(`not tried, because this failed: ${broken}`);
        broken = name;
        await work();
        broken = undefined;
      },
      secondsAllowed * 1000,
    );
}
