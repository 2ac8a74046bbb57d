import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { createVirtualClock } from '../../cluster/testing/virtual-clock.ts';
import { createTailBuffer } from '../../cluster/transport.ts';
import { newLines, withJobLogs } from './job-logs.ts';

const timeOf = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

describe('newLines', () => {
  test('returns every line once and in order, for any read times', () => {
    const logs = fc.array(fc.record({ step: fc.integer({ min: 0, max: 2 }), text: fc.constantFrom('a', 'b', '', 'x y') }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(logs, fc.array(fc.nat({ max: 60 })), (steps, looks) => {
        let ms = 0;
        const log = steps.map(({ step, text }) => {
          ms += step;
          return { time: timeOf(ms), text };
        });
        let before: ReturnType<typeof newLines>['position'];
        const printed: string[] = [];
        for (const end of [...looks, log.length].toSorted((one, two) => one - two)) {
          const since = before?.time;
          const read = log.slice(0, end).filter(({ time }) => since === undefined || time >= since);
          const { lines, position } = newLines(read.map(({ time, text }) => `${time} ${text}\n`).join(''), before);
          printed.push(...lines);
          before = position;
        }
        expect(printed).toEqual(log.map(({ text }) => text));
      }),
    );
  });

  test('withJobLogs prints the end of 18,000 lines, with the number of skipped lines', async () => {
    const clock = createVirtualClock();
    const fake = createFakeApi();
    const labels = { 'batch.kubernetes.io/job-name': 'migrate' };
    fake.objects.set('/api/v1/namespaces/n/pods/m-1', { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'm-1', namespace: 'n', labels } });
    const log = Array.from({ length: 18_000 }, (_, index) => ({ time: timeOf(index), line: `line ${index + 1}` }));
    const cluster = createCluster(
      async (call) => {
        if (!call.path.endsWith('/log')) return fake.transport(call);
        const since = call.query?.sinceTime ?? '';
        const end = clock.ms() < 1500 ? 9000 : log.length;
        const text = log.slice(0, end).filter(({ time }) => time >= since);
        return { status: 200, text: text.map(({ time, line }) => `${time} ${line}\n`).join('') };
      },
      () => Promise.reject(new Error('no port-forward here')),
      clock,
    );
    const printed: string[] = [];
    await clock.run(withJobLogs(cluster, { namespace: 'n', name: 'migrate' }, (text) => printed.push(text), clock.sleep(5000)));
    expect(printed.at(-1)).toBe('  m-1: line 18000');
    expect(printed.filter((line) => line.includes('lines skipped'))).toEqual([
      '  m-1: … 8800 lines skipped',
      '  m-1: … 8800 lines skipped',
    ]);
  });
});

test('createTailBuffer keeps a text of exactly the limit after an empty chunk', () => {
  const tail = createTailBuffer(4);
  for (const piece of ['', 'a\n', 'bc']) tail.add(Buffer.from(piece));
  expect(tail.text()).toBe('a\nbc');
});

test('createTailBuffer keeps the end of a long text from the start of a line, for any chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n'), maxLength: 30 })),
      fc.integer({ min: 1, max: 40 }),
      (pieces, most) => {
        const tail = createTailBuffer(most);
        for (const piece of pieces) tail.add(Buffer.from(piece));
        const whole = pieces.join('');
        const text = tail.text();
        if (Buffer.byteLength(whole) <= most) expect(text).toBe(whole);
        else expect(Buffer.byteLength(text)).toBeLessThanOrEqual(most + 2);
        if (!text.includes('\uFFFD')) expect(whole.endsWith(text)).toBe(true);
      },
    ),
  );
});
