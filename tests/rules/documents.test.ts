import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { problems } from '../../contract/errors.ts';
import { maxBodyBytes } from '../../contract/rate-limits.ts';
import { settingNames } from '../../contract/settings.ts';
import { timings } from '../../contract/timings.ts';
import { coverage } from '../../scripts/docs/coverage.ts';
import type { Coverage } from '../../scripts/docs/coverage-row.ts';
import { documents, isProgram } from '../../scripts/docs/index.ts';
import { files, read, root } from './sources.ts';

describe('Generated documents', () => {
  test.each(Object.keys(documents))('%s equals its source (npm run docs)', (path) => expect(read(path)).toBe(documents[path]?.()));

  test('can be run where they are programs, and only there', () => {
    const runnable = (path: string) => (statSync(join(root, path)).mode & 0o100) !== 0;
    expect(Object.keys(documents).filter(runnable)).toEqual(Object.keys(documents).filter((path) => isProgram(read(path))));
  });
});

/** How many rows each section of the requirements has. */
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
  D: 18,
};

describe('The coverage table', () => {
  const rows = Object.entries<readonly [string, Coverage]>(coverage);

  test('has every row of every section, and no other', () => {
    const expected = Object.entries(sections).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}-${String(index + 1).padStart(2, '0')}`),
    );
    expect(rows.map(([id]) => id).sort()).toEqual(expected.sort());
  });

  test('points only at files and folders that exist', () => {
    const targets = rows.flatMap(([id, [, row]]) => (row.state === 'done' ? [{ id, target: row.target }] : []));
    expect(targets.filter(({ target }) => !existsSync(join(root, target)))).toEqual([]);
  });

  test('says why where something else takes the place', () => {
    for (const [, [, row]] of rows) if (row.state === 'replaced') expect(row.why.length).toBeGreaterThan(20);
  });
});

describe('The documents name only what exists', () => {
  const pages = files().filter((path) => path.endsWith('.md'));

  test.each(pages)('%s links to existing files', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(join(root, path, '..', link)))).toEqual([]);
  });

  test.each(pages)('%s names npm scripts that exist', (path) => {
    const scripts = Object.keys(JSON.parse(read('package.json')).scripts);
    const named = [...read(path).matchAll(/npm run ([a-z0-9:-]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test('docs/operating.md tells how long each step of a stop takes', () => {
    const told = [...read('docs/operating.md').matchAll(/^\| `?(\w+)`? \| (\d+) s \|/gm)].map(([, step, seconds]) => [
      step,
      Number(seconds),
    ]);
    const { preStop, deregistrationDelay, drain, close, terminationGrace } = timings;
    expect(Object.fromEntries(told)).toEqual({ preStop, deregistrationDelay, drain, close });
    expect(read('docs/operating.md')).toContain(`grace of ${terminationGrace} s`);
  });

  test('docs/api.md tells how large a body and how long an answer may be', () => {
    const { request, stream, heartbeat } = timings;
    const [body = 0, batch = 0] = [maxBodyBytes, endpoints.createBatch.maxBodyBytes].map((bytes) => bytes / 1024 / 1024);
    const page = read('docs/api.md');
    expect(page).toContain(`a body has ${body} MiB at most (a batch ${batch} MiB)`);
    expect(page).toContain(`an answer takes ${request} s at most (a stream ${stream} s)`);
    expect(page).toContain(`A silence of ${heartbeat} s`);
  });

  test('docs/errors.md has every problem and docs/configuration.md every setting', () => {
    for (const code of Object.keys(problems)) expect(read('docs/errors.md')).toContain(`\`${code}\``);
    for (const name of settingNames) expect(read('docs/configuration.md')).toContain(`\`${name}\``);
  });
});
