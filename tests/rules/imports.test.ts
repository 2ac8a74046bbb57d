import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { files, importsOf, read } from './sources.ts';

/**
 * Who may import whom: folder → folders of this repository besides itself.
 * The contract stands below everything; nothing imports tests.
 */
const allowed: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  /** The typed client is of use outside; what it is made of is the service's. */
  'service/client': ['contract', 'service'],
  service: ['contract', 'service/client'],
  manifests: ['contract'],
  '.github/src': ['contract'],
  scripts: ['contract', 'service/client', 'manifests', '.github/src'],
  tests: ['service', 'contract', 'service/client', 'manifests', '.github/src', 'scripts'],
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
    ['.github/src/workflows/index.ts', "export * from '../../../scripts/leyenda.ts';"],
    ['scripts/leyenda.ts', "const app = await import('../service/app.ts');"],
  ])('refuses %s to say %s', (path, text) => {
    expect(violations(path, text)).toHaveLength(1);
  });

  test('runs in no circle between files', () => {
    const graph = new Map(
      sources.map((path) => [
        path,
        importsOf(read(path))
          .filter((name) => name.startsWith('.'))
          .map((name) => normalize(join(dirname(path), name))),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      else if (!done.has(path)) {
        for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
        done.add(path);
      }
    };
    for (const path of graph.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });
});
