import { expect, test } from '@jest/globals';
import { createRecord, parseEntry } from './act-log.ts';

const entry = (fields: object, second = 0) =>
  JSON.stringify({
    job: 'Release/Test',
    jobID: 'test',
    level: 'info',
    time: `2026-11-29T10:00:${String(second).padStart(2, '0')}Z`,
    ...fields,
  });
const step = { step: 'Install packages', stepID: ['2'], stage: 'Main' };

const recordOf = (...lines: readonly string[]) => {
  const record = createRecord();
  for (const each of lines.map(parseEntry)) if (each !== undefined) record.add(each);
  return record;
};

test('reports the result, the seconds and the steps of a job', () => {
  const record = recordOf(
    entry({ msg: 'Run Main Install packages', ...step }, 1),
    entry({ msg: 'added 600 packages', raw_output: true, ...step }, 5),
    entry({ msg: 'Success', stepResult: 'success', executionTime: 12_340_000_000, ...step }, 13),
    entry({ msg: 'Job succeeded', jobResult: 'success' }, 14),
  );
  expect(record.jobs([{ id: 'test', logName: 'Release/Test' }])).toEqual([
    { job: 'test', result: 'success', seconds: 13, steps: [{ step: 'Install packages', result: 'success', seconds: 12.34 }] },
  ]);
});

test('reports a job without an entry as skipped', () => {
  expect(recordOf().jobs([{ id: 'production', logName: 'Release/Production' }])).toEqual([
    { job: 'production', result: 'skipped', seconds: 0, steps: [] },
  ]);
});

test('counts a composite action as one step', () => {
  const record = recordOf(
    entry({ msg: 'Run', ...step }),
    entry({ stepResult: 'success', executionTime: 1, ...step, stepID: ['2', 'shim'] }),
    entry({ stepResult: 'failure', executionTime: 2e9, ...step }, 2),
    entry({ jobResult: 'failure' }, 3),
  );
  expect(record.jobs([{ id: 'test', logName: 'Release/Test' }])[0]).toMatchObject({
    result: 'failure',
    steps: [{ result: 'failure', seconds: 2 }],
  });
});

test('keeps the last lines that scripts of a job printed, for its failure', () => {
  const record = recordOf(
    ...['one', 'two', 'three'].map((msg) => entry({ msg, raw_output: true, ...step })),
    entry({ msg: 'Failure', ...step }),
  );
  expect(record.tail('Release/Test', 2)).toEqual(['two', 'three']);
});

test('lists the notices of the workflow once', () => {
  const msg = '  ::notice title=No cluster configured::set STAGING_CLUSTER';
  expect([...recordOf(entry({ msg }), entry({ msg }), entry({ msg: '::notice::of a shim' })).notices]).toEqual([
    'No cluster configured: set STAGING_CLUSTER',
  ]);
});

test.each(['', 'level=warning msg="no cache"', '{"level":"info","msg":"Using docker host"}'])(
  'ignores %p, which is no entry of a job',
  (line) => {
    expect(parseEntry(line)).toBeUndefined();
  },
);
