import { describe, expect, test } from '@jest/globals';
import { assertWithinLimits, limitsIn } from './limits.ts';
import { scenarios } from './scenarios.ts';

const reply = (headers: Readonly<Record<string, string>>) => ({ header: (name: string) => headers[name] });
const caller = (remaining: number, left = 3600) =>
  limitsIn(reply({ ratelimit: `"caller";r=${remaining};t=${left}`, 'ratelimit-policy': '"caller";q=1000;w=3600' }));
const check = (limits: ReturnType<typeof limitsIn>, rate: number, seconds: number) =>
  assertWithinLimits(new Map(scenarios.filter(({ endpoint }) => endpoint !== 'health').map((scenario) => [scenario, limits])), {
    scenarios,
    rate,
    seconds,
  });

describe('limits', () => {
  test('are read from the headers of a response', () => {
    const limits = limitsIn(
      reply({ ratelimit: '"batch";r=29;t=60, "caller";r=7;t=100', 'ratelimit-policy': '"batch";q=30;w=60, "caller";q=1000;w=3600' }),
    );
    expect(limits).toEqual([
      { name: 'batch', quota: 30, windowSeconds: 60, remaining: 29, secondsLeft: 60 },
      { name: 'caller', quota: 1000, windowSeconds: 3600, remaining: 7, secondsLeft: 100 },
    ]);
  });

  test('are none if an endpoint is exempt', () => expect(limitsIn(reply({}))).toEqual([]));

  test('allow a run that sends less', () => expect(() => check(caller(900), 10, 60)).not.toThrow());

  test('reject a run that sends more, with the highest rate that they allow', () => {
    expect(() => check(caller(900), 40, 60)).toThrow(
      'the limit "caller" is the bottleneck: it allows 1000 requests in 3600 s, of which 900 are left',
    );
    expect(() => check(caller(900), 16, 60)).toThrow(expect.objectContaining({ remedy: expect.stringContaining('--rate 15') }));
    expect(() => check(caller(900), 15, 60)).not.toThrow();
  });

  test('count the next window if the present one ends during the run', () => {
    expect(() => check(caller(900, 30), 40, 60)).toThrow('the limit "caller" is the bottleneck');
    expect(() => check(caller(900, 30), 20, 60)).not.toThrow();
  });
});
