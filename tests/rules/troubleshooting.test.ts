import { expect, test } from '@jest/globals';
import { problems } from '../../contract/errors.ts';
import { loadCommands } from '../../scripts/cli/load-commands.ts';
import { read } from './sources.ts';

const rows = [...read('docs/troubleshooting.md').matchAll(/^\| `(\w+)` \| (\d{3}) \| (.*) \| .* \|$/gm)].map(
  ([, code = '', status = '', command = '']) => ({ code, status: Number(status), command }),
);

test('docs/troubleshooting.md has a first command for every error that the caller cannot correct', () => {
  const ofOperator = Object.entries(problems).filter(([, { status }]) => status >= 500 || status === 421);
  expect(ofOperator.length).toBeGreaterThan(5);
  const missing = ofOperator.filter(([code, { status }]) => !rows.some((row) => row.code === code && row.status === status));
  expect(missing.map(([code]) => code)).toEqual([]);
});

test('docs/troubleshooting.md names codes that exist, with their status', () => {
  const declared: Readonly<Record<string, { readonly status: number }>> = problems;
  expect(rows.filter(({ code, status }) => declared[code]?.status !== status)).toEqual([]);
});

test('docs/troubleshooting.md names commands of leyenda that exist', async () => {
  const names = (await loadCommands()).map(({ name }) => name);
  const used = rows.flatMap(({ command }) => /`leyenda ([a-z-]+)/.exec(command)?.[1] ?? []);
  expect(used.length).toBeGreaterThan(3);
  expect(used.filter((name) => !names.includes(name))).toEqual([]);
});
