import { describe, expect, test } from '@jest/globals';
import { files, read } from './sources.ts';

/** Fixed times that make a correct test fail on a busy machine. */
const rules: readonly { readonly pattern: RegExp; readonly remedy: string }[] = [
  {
    pattern: /^\s*\}, \d[\d_]{3,}\);|\bjest\.setTimeout\(/gm,
    remedy: 'has a time limit of its own: testTimeout in jest.config.mjs is the only one',
  },
  {
    pattern: /\b(?:Date|performance)\.now\(\) - \w+\)\.toBeLess/g,
    remedy: 'asserts a duration: assert the result, or inject a clock',
  },
  {
    pattern: /\bwhile \([^)]*(?:Date|performance)\.now\(\)|\bfor \([^)]*(?:Date|performance)\.now\(\)/g,
    remedy: 'polls with a time limit: use waitUntil() of service/testing/wait-until.ts',
  },
];
const sleep = /(?<![.\w])(?:sleep|setTimeout)\(\d|setTimeout\(resolve\b/;

/** Unit tests that sleep, with the reason why a longer sleep on a busy machine changes no result. */
const sleeping: Readonly<Record<string, string>> = {
  'scripts/rollout/record/deploy-lock.test.ts': 'a lease has to expire, or a lock has to be held for a while',
  'service/accounts/authenticate.test.ts': 'a TTL of 1 ms has to pass',
  'service/cache/cache.test.ts': 'a TTL of 1 ms has to pass',
  'service/runtime/periodic-tasks.test.ts': 'a run takes time, or a run must not happen',
  'service/idempotency/middleware.test.ts': 'the work behind a key takes time',
  'service/http/http-server.test.ts': 'buffers are full when nothing was sent for a while',
  'service/models/pipeline.test.ts': 'a part is read for longer than the idle time',
  'service/providers/openai/openai.test.ts': 'the pause of a breaker has to pass',
  'service/queries/sandbox/sandbox.test.ts': 'an endless program has to be running',
  'service/tracing/tracing.test.ts': 'a span has to take a while',
};

// tests/e2e is left out: on a cluster, a test that hangs must not use up the time of the whole run.
const tests = files().filter(
  (path) => path.endsWith('.test.ts') && !path.startsWith('tests/e2e/') && path !== 'tests/rules/test-time.test.ts',
);
const violations = (text: string) =>
  rules.flatMap(({ pattern, remedy }) => [...text.matchAll(pattern)].map(([found]) => `${found.trim()} ${remedy}`));

describe('The time of tests', () => {
  test('is limited in jest.config.mjs and nowhere else', () => {
    expect(tests.length).toBeGreaterThan(100);
    expect(tests.flatMap((path) => violations(read(path)).map((violation) => `${path}: ${violation}`))).toEqual([]);
    expect(read('package.json')).not.toContain('--testTimeout');
  });

  test.each([
    "test('waits', async () => {\n  await done;\n}, 30_000);",
    'beforeAll(async () => {\n  jest.setTimeout(60_000);\n});',
    'expect(performance.now() - start).toBeLessThan(8000);',
    'for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) if (await wanted()) return;',
    'while (performance.now() < end) await turn();',
  ])('is not fixed by %j', (text) => {
    expect(violations(text)).toHaveLength(1);
  });

  test('is slept away only in the files listed here, with the reason', () => {
    const unit = tests.filter((path) => !path.startsWith('tests/services/'));
    expect(unit.filter((path) => sleep.test(read(path)))).toEqual(Object.keys(sleeping).sort());
  });
});
