import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { redact } from '../../../contract/redact.ts';
import { testDatabase } from '../../../service/testing/database.ts';
import { startService, type TestService } from '../../../service/testing/service.ts';
import { growthOf, type Parser, patterns, plainPatterns } from './measure.ts';
import { parsers } from './parsers.ts';
import { key, requests } from './requests.ts';

/** Patterns that each parser reads; GROWTH_RUNS overrides it. */
const runs = Number(process.env.GROWTH_RUNS ?? 12);
/** Linear measures 1, and up to 1.45 where tables outgrow the processor's caches; quadratic measures 1.9 to 2.1. */
const most = 1.65;
const largest = 32_768;

const any = fc.oneof(fc.constantFrom(...plainPatterns), patterns);
const worst = new Map<string, number>();

const linear = (name: string, parse: Parser, longest: number) =>
  fc.assert(
    fc.asyncProperty(any, async (pattern) => {
      const growth = await growthOf(parse, pattern, longest, most);
      worst.set(name, Math.max(growth, worst.get(name) ?? 0));
      expect(growth).toBeLessThan(most);
    }),
    { numRuns: runs, endOnFailure: true },
  );

afterAll(() => {
  const lines = [...worst].sort(([, a], [, b]) => b - a).map(([name, growth]) => `${growth.toFixed(2)}  ${name}`);
  process.stderr.write(`Worst exponents, 0 where no text took measurable time:\n${lines.join('\n')}\n`);
});

describe('The processor time of a parser grows no faster than the text', () => {
  test.each(Object.entries(parsers))('%s', (name, parse) => linear(name, parse, largest));
});

test('The processor time of redaction grows no faster than a text of any part, repeated', async () => {
  const slow: string[] = [];
  for (const pattern of plainPatterns) if ((await growthOf(redact, pattern, largest, most)) >= most) slow.push(pattern.unit);
  expect(slow).toEqual([]);
});

describe('The processor time of a request grows no faster than', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({
      LOG_LEVEL: 'error',
      VALID_API_KEYS: key,
      RATE_LIMIT_REQUESTS: '1000000',
      RATE_LIMIT_IP_REQUESTS: '1000000',
      RATE_LIMIT_BATCH_REQUESTS: '1000000',
    });
  });
  afterAll(async () => {
    await service.close();
    await testDatabase.destroy();
  });
  test('its headers, path and body', async () => {
    for (const [name, { parse, largest: longest }] of Object.entries(requests(service))) await linear(name, parse, longest);
  });
});

describe('The growth of processor time', () => {
  const plain = { start: '', unit: '@', middle: '', close: '', end: '' };
  test('is measured as 2 for a quadratic parser', async () => {
    expect(await growthOf((text) => /@+x/.test(text), plain, largest, most)).toBeGreaterThan(1.7);
  });
  test('is not measured as quadratic for a linear parser', async () => {
    const growth = await growthOf(
      (text) =>
        text
          .repeat(20)
          .split('')
          .reduce((sum, sign) => sum + sign.charCodeAt(0), 0),
      plain,
      largest,
      1.2,
    );
    expect(growth).toBeLessThan(most);
  });
});
