import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Command } from '../../scripts/cli/command.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { loadCommands } from '../../scripts/cli/load-commands.ts';
import { parseAndRun } from '../../scripts/cli/program.ts';
import { commandPages, fencesOf } from '../../scripts/docs/fences.ts';
import { guideSources } from '../../scripts/docs/guide-sources.ts';
import { read } from './sources.ts';

let commands: readonly Command[];
beforeAll(async () => {
  commands = await loadCommands();
});

/** The words of a line after the program: without variables before it, and without comment, pipe and redirection after it. */
function wordsOf(line: string): readonly string[] | undefined {
  const text = /^\s*(?:[A-Z_]+=\S*\s+)*(?:npx\s+)?leyenda\s+(.*?)(?:\s+#.*|\s*[|>;&\\].*|\s*\)?)$/.exec(
    line.replaceAll(/\$\([^)]*\)/g, 'SUBSTITUTED'),
  )?.[1];
  return text?.match(/'[^']*'|"[^"]*"|\S+/g)?.map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
}

/** What the program says against a command line; nothing is run. */
async function mistakeIn(words: readonly string[]): Promise<string | undefined> {
  let said = '';
  const write = (text: string) => {
    said += text;
  };
  const code = await parseAndRun(words, commands, { stdout: { write }, stderr: { write }, terminal: false }, async () => exitCodes.ok);
  return code === exitCodes.ok ? undefined : `leyenda ${words.join(' ')}: ${said.split('\n')[0]}`;
}

const mistakesOf = async (lines: readonly string[]) =>
  (await Promise.all(lines.map(wordsOf).flatMap((words) => (words === undefined ? [] : [mistakeIn(words)])))).filter(Boolean);

describe('The program accepts', () => {
  const lines = commandPages().flatMap((page) =>
    fencesOf(page).flatMap(({ language, text }) => (language === 'sh' ? text.replaceAll('\\\n', ' ').split('\n') : [])),
  );

  test('every command line of the documents', async () => {
    expect(lines.filter((line) => wordsOf(line) !== undefined).length).toBeGreaterThan(100);
    expect(await mistakesOf(lines)).toEqual([]);
  });

  test('every command line that replaces one of a guide', async () => {
    const here = Object.values(guideSources).flatMap(({ commands: rows }) => rows.flatMap((row) => row.here));
    expect(here.filter((line) => wordsOf(line) !== undefined).length).toBeGreaterThan(20);
    expect(await mistakesOf(here)).toEqual([]);
  });

  test('every command line of the page about incidents', async () => {
    const named = [...read('docs/runbooks/incident.md').matchAll(/(?:npx )?leyenda [a-z][^`\n]*/g)].map(([line]) => line);
    expect(named.length).toBeGreaterThan(5);
    expect(await mistakesOf(named)).toEqual([]);
  });

  test.each([
    ['npx leyenda status nowhere   # what runs', 'leyenda status nowhere: '],
    ['KEY=… leyenda slo --prometheusurl x', 'leyenda slo --prometheusurl x: '],
    ['leyenda undeploy', 'leyenda undeploy: '],
  ])('not: %s', async (line, mistake) => expect(await mistakesOf([line])).toEqual([expect.stringContaining(mistake)]));
});
