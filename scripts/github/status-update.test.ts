import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { type DeployReport, outcomeExitCodes } from '../rollout/report/deploy-report.ts';
import type { Evidence } from '../rollout/verify/evidence.ts';
import { failedStartUpdate, failureComment, finalUpdate, interruptedUpdate, isFailedRelease } from './status-update.ts';
import { maxBodyLength, maxDescriptionLength, truncate, truncatedLine } from './text.ts';

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  code: 'smoke-failed',
  cause: 'GET /health returned 500',
  others: [],
  provedAt: '2026-03-01T12:00:00.000Z',
  chain: [],
  logs: [],
  events: [],
  nodes: [],
  ...more,
});
const report = (outcome: DeployReport['outcome'], more: Partial<DeployReport> = {}): DeployReport => ({
  environment: 'staging',
  outcome,
  exitCode: outcomeExitCodes[outcome],
  image: 'a@sha256:b',
  revision: 7,
  changes: [],
  seconds: { total: 1 },
  calls: 120,
  state: 'revision 7 is deployed',
  ...more,
});

describe('finalUpdate', () => {
  test.each<[DeployReport['outcome'], string | undefined, string]>([
    ['deployed', 'success', 'revision 7 is deployed'],
    ['nothing-to-do', 'success', 'revision 7 is deployed'],
    ['rolled-back', 'failure', 'rolled back to revision 6: GET /health returned 500'],
    ['rollback-failed', 'failure', 'the rollback failed: GET /health returned 500'],
    ['frozen', 'failure', 'stays in place, because its migration changed the schema: GET /health returned 500'],
    ['failed', 'failure', 'left in place: GET /health returned 500'],
    ['interrupted', 'error', 'revision 7 is deployed'],
    ['planned', undefined, ''],
  ])('reports %s as %p', (outcome, state, description) => {
    const update = finalUpdate(report(outcome, { serving: 6, evidence: evidence() }));
    expect(update).toEqual(state === undefined ? undefined : { deployment: state, commit: state, description });
  });

  test('is a failure for every exit code but success, except for an interruption', () => {
    const outcomes: DeployReport['outcome'][] = [
      'deployed',
      'nothing-to-do',
      'planned',
      'rolled-back',
      'rollback-failed',
      'frozen',
      'failed',
    ];
    for (const outcome of outcomes) expect(isFailedRelease(report(outcome))).toBe(outcomeExitCodes[outcome] !== exitCodes.ok);
    expect(isFailedRelease(report('interrupted'))).toBe(false);
  });

  test.each<[string, unknown, string]>([
    ['a rejected conflict', new Failure('rejected', 'spec.replicas is owned by kubectl', 'x'), 'failure'],
    ['an unsigned image', new Failure('unsigned', 'no signatures found', 'x'), 'failure'],
    ['a held lock', new Failure('locked', 'ana deploys', 'x'), 'error'],
    ['an error of the tool', new TypeError('x is undefined'), 'error'],
  ])('before the start has the cause of %s', (_why, thrown, state) => {
    expect(failedStartUpdate(thrown)).toEqual({
      deployment: state,
      commit: state,
      description: thrown instanceof Error ? thrown.message : '',
    });
  });

  test('redacts secrets in error messages', () => {
    expect(interruptedUpdate('postgresql://u:s3cr3t@db/x').description).not.toContain('s3cr3t');
    expect(finalUpdate(report('interrupted', { state: 'Bearer abc.def' }))?.description).not.toContain('abc.def');
  });
});

describe('failureComment', () => {
  const about = { sha: 'a'.repeat(40), environment: 'staging', runUrl: 'https://github.com/example/captions/actions/runs/7' } as const;
  const withLog = (text: string) =>
    report('failed', { evidence: evidence({ logs: [{ pod: 'p', container: 'c', run: 'current', text }] }) });

  test('contains commit, image, run and evidence', () => {
    const text = failureComment(withLog('boom'), about);
    for (const part of [about.sha, 'a@sha256:b', about.runUrl, 'cause: GET /health returned 500', 'boom']) expect(text).toContain(part);
  });

  test('fits the limit with any log, and keeps the log inside one code block', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('```', '@ana', '\n', '🚀'.repeat(9000)));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
        const text = failureComment(withLog(parts.join('')), about);
        expect(text.length).toBeLessThan(maxBodyLength);
        expect(text.split('```')).toHaveLength(3);
        expect(text.endsWith('\n```\n')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

test('truncatedLine returns one line within the limit and splits no character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const short = truncatedLine(text, maxDescriptionLength);
      expect(short.length).toBeLessThanOrEqual(maxDescriptionLength);
      expect(short).not.toMatch(/\n/);
      expect(short.isWellFormed()).toBe(true);
    }),
  );
  expect(truncate('🚀🚀', 3)).toBe('🚀…');
  expect(truncate('abc', 3)).toBe('abc');
});
