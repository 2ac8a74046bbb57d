import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { FairLimiter, type LimiterOptions } from './fair-limiter.ts';

class Rejected extends Error {}
const limiterOf = (options: LimiterOptions) => new FairLimiter(options, (rejection) => new Rejected(rejection));
const never = new AbortController().signal;
/** Lets everything run that can. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Calls that run until the test ends them. */
function calls(limiter: FairLimiter) {
  const started: { readonly caller: string; readonly id: number; readonly end: (error?: Error) => void }[] = [];
  let sent = 0;
  function send(caller: string, signal: AbortSignal = never) {
    const id = sent++;
    const work = () =>
      new Promise<void>((resolve, reject) => started.push({ caller, id, end: (error) => (error ? reject(error) : resolve()) }));
    const outcome = limiter
      .acquire(caller, signal)
      .then((release) => work().finally(release))
      .then(
        () => 'done',
        (error: unknown) => error,
      );
    return { id, outcome };
  }
  return { started, send };
}

describe('The fair limiter', () => {
  test('gives the next free slot to a new caller behind 64 calls and a long queue of another', async () => {
    const { started, send } = calls(limiterOf({ concurrency: 64, queue: 256, maxWaitMs: 60_000 }));
    for (let call = 0; call < 300; call++) send('busy');
    const late = send('new');
    await settled();
    expect(started).toHaveLength(64);
    started[0]?.end();
    await settled();
    expect(started.at(-1)?.id).toBe(late.id);
  });

  test('rejects a call when the queue of its caller is full, and no call of another caller', async () => {
    const limiter = limiterOf({ concurrency: 1, queue: 2, maxWaitMs: 60_000 });
    const { send } = calls(limiter);
    for (let call = 0; call < 3; call++) send('busy');
    expect(await send('busy').outcome).toEqual(new Rejected('queue full'));
    send('other');
    await settled();
    expect(limiter.waiting).toBe(3);
  });

  test('rejects a call that waited longer than allowed, and keeps its slots', async () => {
    const limiter = limiterOf({ concurrency: 1, queue: 5, maxWaitMs: 20 });
    const { started, send } = calls(limiter);
    const first = send('one');
    expect(await send('two').outcome).toEqual(new Rejected('waited too long'));
    started[0]?.end();
    expect(await first.outcome).toBe('done');
    expect([limiter.running, limiter.waiting]).toEqual([0, 0]);
  });

  test('drops a call from the queue as soon as its caller leaves', async () => {
    const limiter = limiterOf({ concurrency: 1, queue: 1, maxWaitMs: 60_000 });
    const { send } = calls(limiter);
    send('one');
    const leaving = new AbortController();
    const left = send('two', leaving.signal);
    leaving.abort(new Error('left'));
    expect(limiter.waiting).toBe(0);
    expect(await left.outcome).toEqual(new Error('left'));
  });

  test('never exceeds its slots, leaks none, and lets no call wait for more than a turn of each other caller per own call', async () => {
    const caller = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), caller, count: fc.integer({ min: 1, max: 12 }) }) },
      { weight: 10, arbitrary: fc.record({ kind: fc.constantFrom('end' as const, 'fail' as const), at: fc.nat() }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave' as const), at: fc.nat() }) },
    );
    const property = fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 120 }), async (concurrency, steps) => {
      const limiter = limiterOf({ concurrency, queue: 1000, maxWaitMs: 60_000 });
      const { started, send } = calls(limiter);
      const running: (typeof started)[number][] = [];
      const queued: {
        readonly id: number;
        readonly caller: string;
        readonly from: number;
        readonly ahead: number;
        readonly leave: AbortController;
      }[] = [];
      const endOne = (at: number, error?: Error) => running.splice(at % Math.max(1, running.length), 1)[0]?.end(error);
      let seen = 0;
      const look = () => {
        for (const [turn, call] of started.entries().drop(seen)) {
          running.push(call);
          const at = queued.findIndex(({ id }) => id === call.id);
          const [waited] = at < 0 ? [] : queued.splice(at, 1);
          if (waited === undefined) continue;
          // Every call of the same caller that was ahead is one turn, and so is this one.
          expect(turn - waited.from).toBeLessThanOrEqual(waited.ahead + 4 * (waited.ahead + 1));
          expect(queued.filter(({ caller, id }) => caller === call.caller && id < call.id)).toEqual([]);
        }
        seen = started.length;
        expect(running.length).toBeLessThanOrEqual(concurrency);
        expect([limiter.running, limiter.waiting]).toEqual([running.length, queued.length]);
        if (queued.length > 0) expect(running).toHaveLength(concurrency);
      };
      for (const each of steps) {
        if (each.kind === 'send') {
          for (let call = 0; call < each.count; call++) {
            const leave = new AbortController();
            const ahead = queued.filter(({ caller }) => caller === each.caller).length;
            const full = limiter.running === concurrency;
            const { id } = send(each.caller, leave.signal);
            await settled();
            if (full) queued.push({ id, caller: each.caller, from: started.length, ahead, leave });
          }
        } else if (each.kind === 'leave') queued.splice(each.at % Math.max(1, queued.length), 1)[0]?.leave.abort(new Error('left'));
        else endOne(each.at, each.kind === 'fail' ? new Error('failed') : undefined);
        await settled();
        look();
      }
      while (running.length > 0) {
        endOne(0);
        await settled();
        look();
      }
      expect([limiter.running, limiter.waiting]).toEqual([0, 0]);
    });
    await fc.assert(property, { numRuns: 150 });
  });
});
