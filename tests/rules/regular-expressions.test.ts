import { parse } from '@babel/parser';
import { expect, test } from '@jest/globals';
import { analyse } from 'scslre';
import { files, read } from './sources.ts';

/** Expressions that may take the square of a text's length, and why no text is long enough for that. */
const accepted: Readonly<Record<string, string>> = {};

const sources = files().filter((path) => /^(?:service|scripts|manifests|\.github\/src)\/.*(?<!\.test|\.d)\.ts$/.test(path));

/** The regular expressions in a part of a syntax tree. */
function* literalsIn(node: unknown): Generator<RegExp> {
  if (typeof node !== 'object' || node === null) return;
  const { type, pattern, flags }: { type?: unknown; pattern?: unknown; flags?: unknown } = node;
  if (type === 'RegExpLiteral') yield new RegExp(String(pattern), String(flags));
  else for (const part of Object.values(node)) yield* literalsIn(part);
}

const literalsOf = (text: string) => [...literalsIn(parse(text, { sourceType: 'module', plugins: ['typescript'] }))];
const isSlow = (expression: RegExp) => analyse(expression, { assumeRejectingSuffix: false }).reports.length > 0;

test('no regular expression takes more than linear time', () => {
  const slow = sources.flatMap((path) =>
    literalsOf(read(path))
      .filter((literal) => isSlow(literal) && accepted[String(literal)] === undefined)
      .map((literal) => `${path}: ${literal}`),
  );
  expect(sources.length).toBeGreaterThan(50);
  expect(slow).toEqual([]);
});

test('every exception is still needed', () => {
  const all = new Set(sources.flatMap((path) => literalsOf(read(path)).map(String)));
  expect(Object.keys(accepted).filter((literal) => !all.has(literal))).toEqual([]);
});

test.each(['/<[^>]*>/g', '/[#@]+(?=\\p{L})/gu', '/[\\s.]+$/', '/\\s*\\n\\s*/', '/(?:a+)+b/'])('%s is found', (literal) => {
  expect(literalsOf(`export const expression = ${literal};`).map(isSlow)).toEqual([true]);
});
