import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fencesIn } from '../../scripts/docs/fences.ts';
import { files, read, root } from './sources.ts';

/** The page that a translation follows. */
const originalOf = (path: string) => path.replace(/^docs\/es\//, 'docs/').replace(/\.es\.md$/, '.md');
/** The translation of a page, if there is one, else the page. */
function translationOf(path: string): string {
  const translation = path === 'README.md' ? 'README.es.md' : path.replace(/^docs\//, 'docs/es/');
  return existsSync(join(root, translation)) ? translation : path;
}
const translations = files().filter((path) => /^docs\/es\/.*\.md$|^README\.es\.md$/.test(path));

const withoutFences = (markdown: string) => markdown.replaceAll(/^( *)```[\s\S]*?\n\1```$/gm, '');
const headingsOf = (path: string) =>
  [...withoutFences(read(path)).matchAll(/^(#+) (.*)$/gm)].map(([, level = '', title = '']) => ({ level, title }));
/** The text below each heading, the first one included. */
const sectionsOf = (path: string) =>
  withoutFences(read(path))
    .split(/^#+ .*$/m)
    .slice(1);

/** Commands without their comments, which are translated. */
const commandsOf = (path: string) =>
  fencesIn(path, read(path)).map(({ language, marks, text }) => ({
    fence: [language, ...marks].join(' '),
    text: text
      .split('\n')
      .map((line) => line.replace(/(?:^|\s+)(?:#|\/\/) .*$/, '').trimEnd())
      .filter(Boolean),
  }));

/** Files that a section links to. */
const linksOf = (path: string, section: string): string[] =>
  [...section.matchAll(/\]\(([^)#\s]*)/g)]
    .map(([, link = '']) => (link === '' ? '(this page)' : link.startsWith('http') ? link : normalize(join(dirname(path), link))))
    .sort();
const codeOf = (section: string) => [...new Set([...section.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))].sort();

describe.each(translations)('%s follows its original', (translation) => {
  const original = originalOf(translation);
  const titles = headingsOf(original).map(({ title }) => title);
  /** By heading of the original, so that a failure names the section to translate. */
  const bySection = <T>(path: string, value: (section: string) => T) =>
    Object.fromEntries(sectionsOf(path).map((section, at) => [titles[at] ?? `section ${at + 1}`, value(section)]));

  test('has a section for each of its sections, at the same level', () => {
    const outline = (path: string) => headingsOf(path).map(({ level }, at) => `${level} ${titles[at] ?? 'not in the original'}`);
    expect(outline(translation)).toEqual(outline(original));
  });

  test('has the same blocks of code, except for comments', () => expect(commandsOf(translation)).toEqual(commandsOf(original)));

  test('has the same links in each section, to translated pages if there are any', () =>
    expect(bySection(translation, (section) => linksOf(translation, section).filter((target) => target !== original))).toEqual(
      bySection(original, (section) =>
        linksOf(original, section)
          .filter((target) => target !== translation)
          .map(translationOf)
          .sort(),
      ),
    ));

  test('names the same settings, commands and paths in each section', () =>
    expect(bySection(translation, codeOf)).toEqual(bySection(original, codeOf)));

  test('has tables with the same number of rows in each section', () => {
    const rows = (section: string) => section.split('\n').filter((line) => line.trimStart().startsWith('|')).length;
    expect(bySection(translation, rows)).toEqual(bySection(original, rows));
  });
});

test('a page and its translation link to each other', () => {
  const links = (from: string, to: string) => linksOf(from, read(from)).includes(to);
  expect(translations.length).toBeGreaterThan(10);
  expect(links('README.md', 'README.es.md') && links('docs/README.md', 'docs/es/README.md')).toBe(true);
});
