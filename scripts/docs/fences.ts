import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Why a block is not run, or which other program runs it: the mark `needs-NAME` of its fence. */
export const needs = {
  cluster: 'a Kubernetes cluster; `npm run test:e2e` tests the release tool in one',
  docker: 'a Docker daemon; `npm run test:docker` tests image and Compose files with one',
  install: 'an installation in an empty folder; `npm run test:install` does it',
  clients: 'packages of other projects; `npm run test:clients` runs its own programs with them',
  act: 'act, a cluster and a registry; `npm run test:rehearsal` tests rehearsals',
  home: 'your home folder and the shell that you use',
  host: 'root on a host that it may change',
  github: 'a repository on GitHub',
  registry: 'image registries, or a signed image in one',
  server: 'a server of your own, with its name and its credentials',
  time: 'more time than a test has, or other programs under load',
  writing: 'nothing, but it would write into the repository',
  fragment: 'the file that it is a part of; the compiler and synth check that file',
} as const;
export type Need = keyof typeof needs;
const isNeed = (name: string): name is Need => name in needs;

/** The environment in which a block is run: `npm test`, or `npm run test:services` with its servers. */
const places = ['run', 'services'] as const;
export type Place = (typeof places)[number];

/** A block of a Markdown page, with the words after its language. */
export interface Fence {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly marks: readonly string[];
  readonly text: string;
}

/** Languages whose blocks are commands or programs: each has exactly one mark of a place or of a need. */
const runnable = new Set(['sh', 'js', 'ts', 'python']);

/** The file that has this content. */
export const fileOf = ({ marks }: Fence): string | undefined => marks.find((mark) => mark.startsWith('file='))?.slice('file='.length);
export const isRunnable = (fence: Fence) => runnable.has(fence.language) && fileOf(fence) === undefined;
export const placeOf = ({ marks }: Fence): Place | undefined => places.find((place) => marks.includes(place));
export const needOf = ({ marks }: Fence): Need | undefined =>
  marks
    .filter((mark) => mark.startsWith('needs-'))
    .map((mark) => mark.slice('needs-'.length))
    .find(isNeed);

/** Commands of a block: lines that are neither comments nor continuations; a program counts once. */
export function commandsIn({ language, text }: Fence): number {
  if (language !== 'sh') return 1;
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line, at) => line !== '' && !line.startsWith('#') && !/(?:\\|\||&&|do|then)$/.test(lines[at - 1] ?? '')).length;
}

export function fencesIn(page: string, markdown: string): Fence[] {
  const fences: Fence[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]?.trimStart() ?? '';
    if (!line.startsWith('```')) continue;
    const indent = ' '.repeat((lines[at] ?? '').length - line.length);
    const [language = '', ...marks] = line.slice('```'.length).split(' ').filter(Boolean);
    const end = lines.indexOf(`${indent}\`\`\``, at);
    const text = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    fences.push({ page, line: at + 1, language, marks, text: text.join('\n') });
    at = end;
  }
  return fences;
}

const translated = (page: string) => page.startsWith('docs/es/') || page.endsWith('.es.md');

/** The pages with commands, in a fixed order; the translations have the same blocks. */
export const commandPages = (): string[] =>
  ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root })].filter((page) => !translated(page)).sort();

export const fencesOf = (page: string): Fence[] => fencesIn(page, readFileSync(join(root, page), 'utf8'));
