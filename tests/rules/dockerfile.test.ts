import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { tools } from '../../.github/src/layer/pins.ts';
import { imageHealthcheck } from '../../contract/health-checks.ts';
import { nodeOptions } from '../../contract/node-options.ts';
import { ports } from '../../contract/ports.ts';
import { product } from '../../contract/product.ts';
import { exportsFolder } from '../../manifests/constructs/exports-volume.ts';
import { imageUser } from '../../manifests/constructs/pod.ts';
import { importsOf, read } from './sources.ts';

const dockerfile = read('Dockerfile');
/** Modules that a program loads only for some of its tasks. */
const withoutDynamicImports = (text: string) => text.replaceAll(/import\([^)]*\)/g, '');
const line = (start: string) => dockerfile.split('\n').find((candidate) => candidate.trim().startsWith(start)) ?? '';

describe('The Dockerfile says what the contract says', () => {
  test('of the ports', () => expect(line('EXPOSE')).toBe(`EXPOSE ${ports.http} ${ports.graphql} ${ports.metrics}`));
  test('of the options of Node, as npm start does', () => {
    expect(line('ENTRYPOINT')).toBe(`ENTRYPOINT ${JSON.stringify(['node', ...nodeOptions, '/app/main.js']).replaceAll(',', ', ')}`);
    expect(JSON.parse(read('package.json')).scripts.start).toBe(['exec', 'node', ...nodeOptions, 'service/main.js'].join(' '));
  });
  test('of the version', () => expect(line('ARG VERSION')).toBe(`ARG VERSION=${product.version}`));
  test('of the title, description, license and maintainer', () => {
    expect(dockerfile).toContain(`title="${product.title}"`);
    expect(dockerfile).toContain(`description="${product.description}"`);
    expect(dockerfile).toContain(`licenses="${product.license}"`);
    expect([...dockerfile.matchAll(/(?:maintainer|authors)="(.*?)"/g)].map(([, value]) => value)).toEqual([
      product.maintainer,
      product.maintainer,
    ]);
  });
  test('of the folder of exported files, which is the only one that its user may change', () => {
    expect(dockerfile).toContain(`EXPORTS_DIR=${exportsFolder}\n`);
    const made = line('RUN ["node", "-e"');
    expect(made).toContain(`mkdirSync('${basename(exportsFolder)}', 0o700)`);
    expect(made).toContain(`chownSync('${basename(exportsFolder)}', ${imageUser}, ${imageUser})`);
  });
  test('of the health check', () => {
    const { intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } = imageHealthcheck;
    expect(line('HEALTHCHECK')).toContain(
      `--interval=${intervalSeconds}s --timeout=${timeoutSeconds}s --start-period=${startPeriodSeconds}s --retries=${retries} CMD`,
    );
  });
});

describe('The image', () => {
  test('runs as the user of the manifests and never as root', () =>
    expect(dockerfile.split('\n').filter((text) => text.startsWith('USER'))).toEqual([`USER ${imageUser}:${imageUser}`]));
  test('loads no package for its health check, which Docker starts every few seconds', () => {
    const loaded = new Set(['service/healthcheck.ts']);
    for (const file of loaded) {
      const imports = importsOf(read(file).replaceAll(/^import type [^;]*;/gm, ''));
      expect(imports.filter((name) => !name.startsWith('.') && !name.startsWith('node:'))).toEqual([]);
      for (const name of imports.filter((name) => name.startsWith('.'))) loaded.add(normalize(join(dirname(file), name)));
    }
    expect(loaded.size).toBeGreaterThan(3);
  });
  test('needs no shell: every command of it is in exec form', () => {
    for (const instruction of ['RUN', 'ENTRYPOINT', 'CMD']) {
      for (const text of dockerfile.split('\n').filter((candidate) => candidate.startsWith(`${instruction} `)))
        expect(text).toMatch(/^\w+ \[/);
    }
  });
  test('is built from files that are copied into it', () => {
    const [ignored, copied] = [read('.dockerignore').split('\n'), dockerfile.split('\n').filter((text) => text.startsWith('COPY '))];
    const needed = new Set(['scripts/build.ts']);
    for (const file of needed)
      for (const name of importsOf(withoutDynamicImports(read(file))).filter((name) => name.startsWith('.')))
        needed.add(normalize(join(dirname(file), name)));
    expect(needed.size).toBeGreaterThan(1);
    for (const file of needed) {
      const sources = [file, file.split('/')[0] ?? ''];
      expect(sources.some((source) => ignored.includes(`!${source}`))).toBe(true);
      expect(copied.some((text) => sources.some((source) => text.split(' ').includes(source)))).toBe(true);
    }
  });
  test('has literal bases, which update bots read, in stages that a builder can replace', () => {
    const bases = ['build-base', 'runtime-base'].map(
      (stage) => new RegExp(`^FROM (docker\\.io/\\S+:\\d+\\.\\d+\\.\\d+-\\S+) AS ${stage}$`, 'm').exec(dockerfile)?.[1],
    );
    expect(bases[0]).toBe(bases[1]);
    expect(bases[0]).toContain(`node:${tools.node.split('.')[0]}.`);
    expect([...dockerfile.matchAll(/^FROM (?!docker\.io)(.+)$/gm)].map((match) => match[1])).toEqual([
      'build-base AS build',
      'runtime-base',
    ]);
  });
});
