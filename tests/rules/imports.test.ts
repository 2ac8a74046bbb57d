import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { folderOrder, pendingImports } from './folder-order.ts';
import { files, importsOf, read } from './sources.ts';

/**
 * Allowed imports: folder → other folders of this repository.
 * The contract imports no other layer; nothing imports tests.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  /** Runs in browsers: schemas of the service, through the typed client, and the contract. */
  'service/web': ['contract', 'service/client', 'service'],
  /** Other layers may use the typed client, which imports schemas of the service. */
  'service/client': ['contract', 'service'],
  /** Objects in a bucket: exported files and backups. */
  'service/objects': ['contract'],
  /** A program of the image, and the logic of two commands: it opens no database of the service. */
  'service/backup': ['contract', 'service/objects'],
  service: ['contract', 'service/client', 'service/objects'],
  manifests: ['contract'],
  '.github/src': ['contract', 'manifests', 'scripts'],
  scripts: ['contract', 'service/client', 'service/backup', 'service/objects', 'manifests', '.github/src'],
  tests: ['service', 'contract', 'service/client', 'service/backup', 'service/objects', 'manifests', '.github/src', 'scripts'],
};
const layers = Object.keys(allowed).sort((a, b) => b.length - a.length);
const layerOf = (path: string) => layers.find((layer) => path.startsWith(`${layer}/`));

/** Waits for conditions in the tests of every layer; there is nothing of the service in it. */
const testHelper = 'service/testing/wait-until.ts';

function violations(path: string, text: string): string[] {
  const layer = layerOf(path);
  if (layer === undefined) return [];
  return importsOf(text).flatMap((name) => {
    if (!name.startsWith('.')) {
      return layer === 'contract' && name !== 'zod' ? [`${path} imports the package ${name}; the contract imports zod only`] : [];
    }
    const target = normalize(join(dirname(path), name));
    if (target === testHelper && path.endsWith('.test.ts')) return [];
    const targetLayer = layerOf(target);
    if (targetLayer === undefined || targetLayer === layer || (allowed[layer] ?? []).includes(targetLayer)) return [];
    return [`${path} (${layer}) imports ${target} (${targetLayer})`];
  });
}

const sources = files().filter((path) => /\.tsx?$/.test(path) && layerOf(path) !== undefined);

const targetsOf = (path: string) =>
  importsOf(read(path))
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(join(dirname(path), name)))
    .filter((target) => sources.includes(target));

describe('The import direction', () => {
  test('holds in every source file', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((path) => violations(path, read(path)))).toEqual([]);
  });

  test.each([
    ['service/app.ts', "import { x } from '../manifests/main.ts';"],
    ['contract/ports.ts', "import koa from 'koa';"],
    ['contract/ports.ts', "import { x } from '../service/app.ts';"],
    ['manifests/main.ts', "import { app } from '../service/app.ts';"],
    ['.github/src/workflows/index.ts', "export * from '../../../service/app.ts';"],
    ['scripts/leyenda.ts', "const app = await import('../service/app.ts');"],
  ])('rejects in %s: %s', (path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  test('forms no cycle between files', () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      else if (!done.has(path)) {
        for (const next of targetsOf(path)) visit(next, [...trail, path]);
        done.add(path);
      }
    };
    for (const path of sources) visit(path, []);
    expect(cycles).toEqual([]);
  });
});

describe('The order of folders', () => {
  const order = Object.values(folderOrder).flatMap((folders) => folders.map((folder, rank) => [folder, rank] as const));
  const ranks = new Map<string, number>(order);
  const isExempt = (path: string) => path.endsWith('.test.ts') || path.includes('/testing/');
  const groupOf = (path: string) => Object.keys(folderOrder).find((group) => group.split(' and ').includes(layerOf(path) ?? ''));
  const ordered = sources.filter((path) => groupOf(path) !== undefined && !isExempt(path));
  /** Imports between two folders of one layer: `folder → folder` and the files behind it. */
  const imports = Map.groupBy(
    ordered.flatMap((path) =>
      targetsOf(path)
        .filter((target) => groupOf(target) === groupOf(path) && !isExempt(target) && dirname(target) !== dirname(path))
        .map((target) => ({ from: dirname(path), to: dirname(target), files: `${path} → ${target}` })),
    ),
    ({ from, to }) => `${from} → ${to}`,
  );
  const upward = [...imports.values()].filter(([first]) => first && (ranks.get(first.to) ?? 0) > (ranks.get(first.from) ?? 0));

  test('names every folder that holds source files, and no other', () => {
    const folders = new Set(ordered.map((path) => dirname(path)));
    expect([...folders].sort()).toEqual([...ranks.keys()].sort());
  });

  test('holds for every import but those that are still pending', () => {
    const pending = new Set(pendingImports);
    const violations = upward.flat().filter(({ from, to }) => !pending.has(`${from} → ${to}`));
    expect(violations.map(({ files }) => files)).toEqual([]);
    expect(pendingImports.filter((pair) => !upward.some(([first]) => first && `${first.from} → ${first.to}` === pair))).toEqual([]);
  });

  test('leaves no two folders that import each other but those that are still pending', () => {
    const mutual = [...imports.values()].filter(([first]) => first && first.from < first.to && imports.has(`${first.to} → ${first.from}`));
    const isPending = (from: string, to: string) =>
      pendingImports.includes(`${from} → ${to}`) || pendingImports.includes(`${to} → ${from}`);
    expect(mutual.flatMap(([first]) => (first && !isPending(first.from, first.to) ? [`${first.from} ↔ ${first.to}`] : []))).toEqual([]);
  });
});
