import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../values/digest.ts';
import { chooseRelease } from '../rollback/rollback.ts';
import { decodeRecord, encodeRecord, expiredRecords, prunableInventory, type ReleaseRecord } from './release-history.ts';
import { testOwner } from './testing/owner.ts';

const charts = (image: string) => [
  { chart: 'service', objects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { image } }] },
];
const record = (revision: number, outcome: ReleaseRecord['outcome'], image = `image-${revision}`): ReleaseRecord => ({
  revision,
  owner: testOwner,
  outcome,
  digest: digestOf(charts(image)),
  image,
  createdAt: '2026-01-01T00:00:00.000Z',
  actor: 'ana',
  cause: '',
  inventory: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'c', namespace: 'n', uid: `uid-${revision}` }],
  charts: charts(image),
});

describe('the record of a release', () => {
  test('survives encoding as a ConfigMap', () => {
    expect(decodeRecord(encodeRecord(record(3, 'good'), 'n'))).toEqual(record(3, 'good'));
  });

  test('is rejected if its content does not match its digest', () => {
    const map = encodeRecord(record(3, 'good'), 'n');
    const other = encodeRecord(record(4, 'good'), 'n');
    expect(decodeRecord({ ...map, binaryData: other.binaryData })).toBeUndefined();
    expect(decodeRecord({ ...map, data: { summary: 'x' } })).toBeUndefined();
  });

  test('stores a thousand objects in far less than 1 MiB', () => {
    const [chart] = charts('x');
    const objects = Array.from({ length: 1000 }, (_, i) => ({
      ...chart?.objects[0],
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `c${i}` },
    }));
    const large = { ...record(1, 'good'), charts: [{ chart: 'service', objects }] };
    expect(JSON.stringify(encodeRecord(large, 'n')).length).toBeLessThan(200_000);
  });
});

describe('the history', () => {
  test('keeps ten records, and the last good one of any age', () => {
    const maps = Array.from({ length: 13 }, (_, i) => encodeRecord(record(i + 1, i === 1 ? 'good' : 'failed'), 'n'));
    expect(expiredRecords(maps).map(({ metadata }) => metadata.name)).toEqual(['leyenda-release-3', 'leyenda-release-1']);
  });

  test('allows pruning only of objects from the last good release and the attempts since', () => {
    const history = [record(5, 'failed'), record(4, 'rolled-back'), record(3, 'good'), record(2, 'good')];
    expect(prunableInventory(history).map(({ uid }) => uid)).toEqual(['uid-5', 'uid-4', 'uid-3']);
  });
});

describe('chooseRelease', () => {
  test.each<[string, ReleaseRecord[], number]>([
    ['the good one before, when a good one serves', [record(3, 'good'), record(2, 'failed'), record(1, 'good')], 1],
    ['the last good one, when a bad one was left in place', [record(3, 'failed'), record(2, 'good'), record(1, 'good')], 2],
    ['the last good one, when a deploy was interrupted', [record(3, 'interrupted'), record(2, 'good'), record(1, 'good')], 2],
    ['one that differs, when the one that serves is a copy', [record(3, 'good', 'same'), record(2, 'good', 'same'), record(1, 'good')], 1],
    ['the one before, when the newest was rolled back already', [record(3, 'rolled-back'), record(2, 'good'), record(1, 'good')], 1],
  ])('returns %s', (_what, history, expected) => {
    expect(chooseRelease(history, undefined).revision).toBe(expected);
  });

  test('throws if there is none, or the named one was not good', () => {
    expect(() => chooseRelease([record(1, 'good')], undefined)).toThrow('no earlier good release');
    expect(() => chooseRelease([record(2, 'failed'), record(1, 'good')], 2)).toThrow('no good revision 2');
  });
});
