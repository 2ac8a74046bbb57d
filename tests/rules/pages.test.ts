import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { documents } from '../../scripts/docs/index.ts';
import { maxLineLength } from '../../scripts/docs/wrap-lines.ts';
import { files, read } from './sources.ts';

const isPage = (path: string) => /^(?:docs\/.*|[A-Z]+(?:\.es)?)\.md$/.test(path);
const pages = files().filter(isPage);

/** Pages that a page links to. */
const linksOf = (path: string): string[] =>
  [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
    .map(([, link = '']) => normalize(join(dirname(path), link)))
    .filter((target) => pages.includes(target));

/** The id that GitHub gives a heading. */
const slugOf = (title: string) =>
  title
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
    .replaceAll(' ', '-');
const slugsOf = (path: string) =>
  [
    ...read(path)
      .replaceAll(/^( *)```[\s\S]*?\n\1```$/gm, '')
      .matchAll(/^#+ (.*)$/gm),
  ].map(([, title = '']) => slugOf(title));

function reachableFrom(start: string): Set<string> {
  const found = new Set([start]);
  for (const path of found) for (const target of linksOf(path)) found.add(target);
  return found;
}

describe('Every page', () => {
  test('is reachable by links from README.md', () => {
    const reachable = reachableFrom('README.md');
    expect(pages.length).toBeGreaterThan(50);
    expect(pages.filter((path) => !reachable.has(path))).toEqual([]);
  });

  test('of docs/ is at most three links away from the start page', () => {
    const near = new Set(['docs/README.md', 'docs/es/README.md'].filter((path) => pages.includes(path)));
    for (const _ of Array(3)) for (const path of [...near]) for (const target of linksOf(path)) near.add(target);
    expect(pages.filter((path) => path.startsWith('docs/') && !near.has(path))).toEqual([]);
  });

  test.each(pages)('%s links to headings that exist', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)].map(([, link = '', slug = '']) => ({
      target: link === '' ? path : normalize(join(dirname(path), link)),
      slug,
    }));
    const missing = links.filter(({ target, slug }) => pages.includes(target) && !slugsOf(target).includes(slug));
    expect(missing).toEqual([]);
  });

  /** Long rows: of generated tables, of the ledger, and of tables whose cells are sentences with sources. */
  const hasLongRows = (path: string) =>
    path in documents ||
    path.startsWith('docs/decisions/') ||
    ['docs/has-run.md', 'docs/clients.md', 'docs/threat-model.md'].includes(path);
  const isTooLong = (path: string) => (line: string) =>
    line.length > maxLineLength && !(hasLongRows(path) && line.trimStart().startsWith('|'));

  test.each(pages.filter((path) => path !== 'CHANGELOG.md'))(`%s has lines of at most ${maxLineLength} characters`, (path) =>
    expect(read(path).split('\n').filter(isTooLong(path))).toEqual([]),
  );
});
