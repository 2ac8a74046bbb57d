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
      os: z.array(z.string()).optional(),
    }),
  ),
});

test('every package of the lock file has a hash that npm ci verifies, except bundled ones and binaries of other platforms', () => {
  const installed = Object.entries(lock.parse(JSON.parse(read('package-lock.json'))).packages).filter(([path]) => path !== '');
  expect(installed.length).toBeGreaterThan(500);
  const unverified = installed.filter(([, { integrity, inBundle, optional, os }]) => {
    const isOptionalBinary = optional === true && os !== undefined;
    return !/^sha512-[\w+/]{86}==$/.test(integrity ?? '') && inBundle !== true && !isOptionalBinary;
  });
  expect(unverified.map(([path]) => path)).toEqual([]);
});
