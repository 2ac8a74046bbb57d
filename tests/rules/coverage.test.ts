import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { coverage } from '../../scripts/docs/coverage/index.ts';
import { type Row, testsOf } from '../../scripts/docs/coverage/row.ts';
import { read, root } from './sources.ts';

/** How many requirements each section has. */
const sections = {
  API: 48,
  AUTH: 17,
  RL: 11,
  CA: 14,
  W: 9,
  DB: 17,
  OB: 29,
  AL: 11,
  DC: 30,
  NG: 18,
  K8: 29,
  CI: 16,
  SC: 19,
  SE: 16,
  PF: 15,
  DO: 9,
  EN: 10,
  D: 26,
};
/** Rows that are several requirements: `OB-27.1` and so on. */
const parts: Readonly<Record<string, number>> = { 'OB-27': 10 };

const rows = Object.entries<Row>(coverage);
const quoted = (title: string) => new RegExp(`(?<!describe)\\(\\s*(['"\`])${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\1`);

/** Whether a test file of the suite has a test of this title. */
const hasTest = ({ file, title }: { readonly file: string; readonly title: string }) =>
  file.endsWith('.test.ts') && existsSync(join(root, file)) && quoted(title).test(read(file));

describe('The coverage table', () => {
  test('has every row of every section, and no other', () => {
    const expected = Object.entries(sections).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}-${String(index + 1).padStart(2, '0')}`).flatMap((id) =>
        Array.from({ length: parts[id] ?? 1 }, (_, part) => (parts[id] ? `${id}.${part + 1}` : id)),
      ),
    );
    expect(rows.map(([id]) => id).sort()).toEqual(expected.sort());
  });

  test('names only tests of the suite, by file and title', () => {
    const tests = rows.flatMap(([id, { evidence }]) => testsOf(evidence).map((each) => ({ id, ...each })));
    expect(tests.length).toBeGreaterThan(200);
    expect(tests.filter((each) => !hasTest(each)).map(({ id, file, title }) => `${id}: ${file} has no test '${title}'`)).toEqual([]);
  });

  test.each([
    { file: 'tests/rules/coverage.test.ts', title: 'no test has this title' },
    { file: 'tests/rules/coverage.test.ts', title: 'The coverage table' },
    { file: 'tests/rules/sources.ts', title: 'names only tests of the suite, by file and title' },
    { file: 'tests/rules/gone.test.ts', title: 'names only tests of the suite, by file and title' },
  ])('does not accept $title of $file', (each) => expect(hasTest(each)).toBe(false));

  test('names a test that runs the reader of a generated file for each parsed row', () => {
    const readers =
      /^tests\/(?:judges|e2e|services)\/|^manifests\/monitoring\/configs\.test\.ts$|^\.github\/src\/|^scripts\/compose\/deploy\.test\.ts$/;
    const parsed = rows.flatMap(([id, { evidence }]) => (evidence.level === 'parsed' ? [`${evidence.test.file}: ${id}`] : []));
    expect(parsed.filter((name) => !readers.test(name.split(': ')[0] ?? ''))).toEqual([]);
  });

  test('names only pages that exist, and gives a reason for each replacement', () => {
    const pages = rows.flatMap(([, { evidence }]) => (evidence.level === 'written' ? [evidence.page] : []));
    expect(pages.filter((page) => !existsSync(join(root, page)))).toEqual([]);
    for (const [, { evidence }] of rows) if (evidence.level === 'replaced') expect(evidence.reason.length).toBeGreaterThan(20);
  });
});
