import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { read } from './sources.ts';

const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      inBundle: z.boolean().optional(),
      bundleDependencies: z.array(z.string()).optional(),
    }),
  ),
});

describe.each([
  ['package-lock.json', 500],
  ['scripts/tools/package-lock.json', 100],
])('%s', (file, atLeast) => {
  const { '': root, ...packages } = lock.parse(JSON.parse(read(file))).packages;
  const hasHash = (path: string) => /^sha512-[\w+/]{86}==$/.test(packages[path]?.integrity ?? '');

  /** The package whose tarball contains a bundled one: the hash of that tarball covers both. */
  function bundlerOf(path: string): string | undefined {
    const folders = path.split('/node_modules/');
    const parents = folders.slice(1).map((_, index) => folders.slice(0, index + 1).join('/node_modules/'));
    return parents.find((parent) => packages[parent]?.bundleDependencies !== undefined);
  }

  test('has a hash of every package that npm ci verifies, on every platform', () => {
    expect(root).toBeDefined();
    expect(Object.keys(packages).length).toBeGreaterThan(atLeast);
    // npm install copies no hash from installed packages: delete such entries, then run `npm install --package-lock-only`.
    const unverified = Object.keys(packages).filter((path) => packages[path]?.inBundle !== true && !hasHash(path));
    expect(unverified).toEqual([]);
  });

  test('has packages without a hash of their own only as part of the tarball of a package that has one', () => {
    const bundled = Object.keys(packages).filter((path) => packages[path]?.inBundle === true);
    expect(bundled.filter((path) => !hasHash(bundlerOf(path) ?? ''))).toEqual([]);
  });

  test('names no registry, so that npm ci uses the configured one', () => {
    expect(Object.keys(packages).filter((path) => packages[path]?.resolved !== undefined)).toEqual([]);
  });
});
