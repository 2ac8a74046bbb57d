import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { type DeployReport, outcomeExitCodes } from '../rollout/report/deploy-report.ts';
import type { Evidence } from '../rollout/verify/evidence.ts';
import { failureComment, finalUpdate, interruptedUpdate, isFailedRelease, refusedUpdate } from './status-update.ts';
import { maxBodyLength, maxDescriptionLength, truncate, truncatedLine } from './text.ts';

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  code: 'smoke-failed',
  cause: 'GET /health answered 500',
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
  state: 'revision 7 serves',
  ...more,
});

describe('the end of a release', () => {
  test.each<[DeployReport['outcome'], string | undefined, string]>([
    ['deployed', 'success', 'revision 7 serves'],
    ['nothing-to-do', 'success', 'revision 7 serves'],
    ['rolled-back', 'failure', 'taken back to revision 6: GET /health answered 500'],
    ['rollback-failed', 'failure', 'no good release is back: GET /health answered 500'],
    ['frozen', 'failure', 'stays, for the schema has moved on: GET /health answered 500'],
    ['failed', 'failure', 'left in place: GET /health answered 500'],
    ['interrupted', 'error', 'revision 7 serves'],
    ['planned', undefined, ''],
  ])('%s is told as %p', (outcome, state, description) => {
    const ending = finalUpdate(report(outcome, { serving: 6, evidence: evidence() }));
    expect(ending).toEqual(state === undefined ? undefined : { deployment: state, commit: state, description });
  });

  test('is a failure exactly where it ends with another code than success, but for an interruption', () => {
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
    ['what was refused for a conflict', new Failure('rejected', 'spec.replicas is owned by kubectl', 'x'), 'failure'],
    ['an image that nobody signed', new Failure('unsigned', 'no signatures found', 'x'), 'failure'],
    ['a lock that somebody holds', new Failure('locked', 'ana deploys', 'x'), 'error'],
    ['an error of the tool', new TypeError('x is undefined'), 'error'],
  ])('before its beginning, for %s, says why', (_why, thrown, state) => {
    expect(refusedUpdate(thrown)).toEqual({ deployment: state, commit: state, description: thrown instanceof Error ? thrown.message : '' });
  });

  test('holds no secret, whatever error it repeats', () => {
    expect(interruptedUpdate('postgresql://u:s3cr3t@db/x').description).not.toContain('s3cr3t');
    expect(finalUpdate(report('interrupted', { state: 'Bearer abc.def' }))?.description).not.toContain('abc.def');
  });
});

describe('the comment on a failure', () => {
  const about = { sha: 'a'.repeat(40), environment: 'staging', runUrl: 'https://github.com/example/captions/actions/runs/7' } as const;
  const withLog = (text: string) =>
    report('failed', { evidence: evidence({ logs: [{ pod: 'p', container: 'c', run: 'current', text }] }) });

  test('names commit, image and run, and shows the evidence', () => {
    const text = failureComment(withLog('boom'), about);
    for (const part of [about.sha, 'a@sha256:b', about.runUrl, 'cause: GET /health answered 500', 'boom']) expect(text).toContain(part);
  });

  test('fits whatever a log holds, and everything that a log holds stays inside the one block of code', () => {
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

test('a description is one line within its length that cuts no character in two', () => {
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
