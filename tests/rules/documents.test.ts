import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { maxBodyBytes, maxModelBodyBytes, maxPictureBodyBytes } from '../../contract/body-limits.ts';
import { endpoints } from '../../contract/endpoints/index.ts';
import { problems } from '../../contract/errors.ts';
import { settingNames } from '../../contract/settings.ts';
import { timings } from '../../contract/timings.ts';
import { documents, isProgram } from '../../scripts/docs/index.ts';
import { files, read, root } from './sources.ts';

describe('Generated documents', () => {
  test.each(Object.keys(documents))('%s equals its source (npm run docs)', (path) => expect(read(path)).toBe(documents[path]?.()));

  test('can be run where they are programs, and only there', () => {
    const runnable = (path: string) => (statSync(join(root, path)).mode & 0o100) !== 0;
    expect(Object.keys(documents).filter(runnable)).toEqual(Object.keys(documents).filter((path) => isProgram(read(path))));
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

  test('docs/operating.md states the duration of each shutdown step', () => {
    const stated = [...read('docs/operating.md').matchAll(/^\| `?(\w+)`? \| (\d+) s \|/gm)].map(([, step, seconds]) => [
      step,
      Number(seconds),
    ]);
    const { preStop, deregistrationDelay, drain, close, terminationGrace } = timings;
    expect(Object.fromEntries(stated)).toEqual({ preStop, deregistrationDelay, drain, close });
    expect(read('docs/operating.md')).toContain(`grace period of ${terminationGrace} s`);
  });

  test('docs/api.md states the limits of bodies and responses', () => {
    const { request, modelRequest, heartbeat } = timings;
    const [body = 0, batch = 0, picture = 0, model = 0] = [
      maxBodyBytes,
      endpoints.createBatch.maxBodyBytes,
      maxPictureBodyBytes,
      maxModelBodyBytes,
    ].map((bytes) => bytes / 1024 / 1024);
    const page = read('docs/api.md').replaceAll(/\s+/g, ' ');
    expect(page).toContain(
      `a body has ${body} MiB at most (a batch ${batch} MiB, one with a picture ${picture} MiB, below \`/v1\` ${model} MiB)`,
    );
    expect(page).toContain(
      `a response takes ${request} s at most, one of text models as long as their \`timeout_seconds\`, ${modelRequest} s at most`,
    );
    expect(page).toContain(`A silence of ${heartbeat} s`);
  });

  test('docs/errors.md has every problem and docs/configuration.md every setting', () => {
    for (const code of Object.keys(problems)) expect(read('docs/errors.md')).toContain(`\`${code}\``);
    for (const name of settingNames) expect(read('docs/configuration.md')).toContain(`\`${name}\``);
  });
});
