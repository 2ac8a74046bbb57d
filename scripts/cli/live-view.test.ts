import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLiveView, type Pending } from './live-view.ts';

const tokens = new RegExp(`${String.fromCharCode(27)}\\[(\\d*)([AKJ])|[\\s\\S]`, 'gu');

/** A terminal with the features that the view uses: lines wrap at the width, CSI A, K and J. */
function screen(width: number) {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const line = () => (rows[row] ??= []);
  const actions: Readonly<Record<string, (count: number) => void>> = {
    A: (count) => (row = Math.max(0, row - count)),
    K: () => line().splice(column),
    J: () => {
      line().splice(column);
      rows.splice(row + 1);
    },
  };
  const put = (character: string) => {
    if (column === width) [row, column] = [row + 1, 0];
    line()[column] = character;
    column += 1;
  };
  const write = (text: string) => {
    for (const [token, count, action] of text.matchAll(tokens)) {
      if (action !== undefined) actions[action]?.(Number(count || 1));
      else if (token === '\r') column = 0;
      else if (token === '\n') [row, column] = [row + 1, 0];
      else put(token);
    }
  };
  return { write, text: () => rows.map((one) => one.join('')) };
}

const api = (why: string): Pending => ({ object: 'Deployment/api', reason: why });
const worker = (why: string): Pending => ({ object: 'Deployment/worker', reason: why });

describe('the live view', () => {
  test('shows the waiting time, the reason and the time left of each workload', () => {
    let now = 100_000;
    const view = createLiveView(
      () => 80,
      () => now,
    );
    view.show([api('no pod is ready')]);
    now += 12_000;
    const terminal = screen(80);
    terminal.write(view.show([{ ...api('no pod is ready'), deadline: new Date(now + 48_000) }, worker('1 of 2 pods are ready')]));
    expect(terminal.text()).toEqual([
      '… Deployment/api 12 s: no pod is ready (times out in 48 s)',
      '… Deployment/worker 0 s: 1 of 2 pods are ready',
    ]);
  });

  test('writes nothing while nothing changes', () => {
    const view = createLiveView(
      () => 80,
      () => 0,
    );
    view.show([api('no pod')]);
    expect(view.show([api('no pod')])).toBe('');
  });

  test('restarts the waiting time of an object that was not pending in between', () => {
    let now = 0;
    const view = createLiveView(
      () => 80,
      () => now,
    );
    view.show([api('no pod')]);
    view.show([]);
    now = 9000;
    expect(view.show([api('no pod')])).toContain('0 s');
  });

  test('removes control characters that would move the cursor', () => {
    const terminal = screen(60);
    const view = createLiveView(
      () => 60,
      () => 0,
    );
    terminal.write(view.show([api('bad\u001b[2A\n\rline'), worker('fine')]));
    expect(terminal.text()).toEqual(['… Deployment/api 0 s: bad line', '… Deployment/worker 0 s: fine']);
  });

  test('leaves only the permanent lines and the last frame after any sequence of both, at any width', () => {
    const pending = fc.record({ object: fc.constantFrom('api', 'worker', 'migrate'), reason: fc.string({ maxLength: 60 }) });
    const event = fc.oneof(
      fc.record({ show: fc.uniqueArray(pending, { maxLength: 3, selector: ({ object }) => object }) }),
      fc.record({ above: fc.stringMatching(/^[a-z]{1,8}$/) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 20 }), fc.integer({ min: 10, max: 80 }), (events, width) => {
        const terminal = screen(width);
        const view = createLiveView(
          () => width,
          () => 0,
        );
        for (const one of events) terminal.write('show' in one ? view.show(one.show) : view.above(one.above));
        terminal.write(view.show([]));
        const permanent = events.flatMap((one) => ('above' in one ? [one.above] : []));
        expect(terminal.text().filter((line) => line !== '')).toEqual(permanent);
      }),
    );
  });
});
