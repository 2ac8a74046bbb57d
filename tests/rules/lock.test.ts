import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { read } from './sources.ts';

const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      integrity: z.string().optional(),
      inBundle: z.boolean().optional(),
      optional: z.boolean().optional(),
      os: z.union([z.string(), z.array(z.string())]).optional(),
    }),
  ),
});

test.each([
  ['package-lock.json', 500],
  ['scripts/tools/package-lock.json', 100],
])('every package of %s has a hash that npm ci verifies, except bundled ones and binaries of other platforms', (file, atLeast) => {
  const installed = Object.entries(lock.parse(JSON.parse(read(file))).packages).filter(([path]) => path !== '');
  expect(installed.length).toBeGreaterThan(atLeast);
  const unverified = installed.filter(([, { integrity, inBundle, optional, os }]) => {
    const isOptionalBinary = optional === true && os !== undefined;
    return !/^sha512-[\w+/]{86}==$/.test(integrity ?? '') && inBundle !== true && !isOptionalBinary;
  });
  expect(unverified.map(([path]) => path)).toEqual([]);
});
