import { describe, expect, test } from '@jest/globals';
import { local } from '../../manifests/environments/local.ts';
import { production } from '../../manifests/environments/production.ts';
import { staging } from '../../manifests/environments/staging.ts';
import { checklist, controls } from './controls.ts';
import { requiredScore, securityScore } from './score.ts';

describe('The security score', () => {
  test.each([production, staging])('of $name is at least the required one', (environment) => {
    const { percent, passed, unmet } = securityScore(environment);
    expect({ unmet, passed, enough: percent >= requiredScore }).toEqual({ unmet: [], passed: true, enough: true });
  });

  test('is 100 times the weights of the controls that are met, divided by all weights', () => {
    const { percent, controls: results } = securityScore(local);
    const weights = (met: boolean) => results.filter((each) => each.met === met).reduce((sum, { weight }) => sum + weight, 0);
    expect(weights(false)).toBeGreaterThan(0);
    expect(percent).toBe(Math.floor((1000 * weights(true)) / (weights(true) + weights(false))) / 10);
  });

  test('falls below the required one when secrets are made by hand, images are not admitted, and there are no backups', () => {
    const { admission: _, ...open } = production;
    if (open.database.kind !== 'cloudnative-pg') throw new Error('production has another database now');
    const { backups: __, ...database } = open.database;
    const { passed, unmet } = securityScore({ ...open, secrets: { kind: 'by-hand' }, database });
    expect(passed).toBe(false);
    expect(unmet).toEqual([
      expect.stringContaining('administrator creates the Secret by hand'),
      expect.stringContaining('admission is not set'),
      expect.stringContaining('backups have no encrypted object store'),
    ]);
  });

  test('counts backups of a StatefulSet only if they are encrypted and copied to a bucket', () => {
    if (local.database.kind !== 'stateful-set' || local.database.backups === undefined) throw new Error('local has other backups now');
    const [recipient, bucket] = [`age1${'q'.repeat(58)}`, { S3_BUCKET: 'sets' }];
    const database = { ...local.database, backups: { ...local.database.backups, recipient } };
    const reasons = (changes: Partial<typeof local>) =>
      controls
        .filter(({ item }) => item === 'encrypted backups')
        .flatMap(({ unmet }) => unmet({ environment: { ...local, ...changes }, objects: [] }));
    expect(reasons({})).toEqual(['there are no encrypted backups', expect.stringContaining('S3_BUCKET is not set')]);
    expect(reasons({ database })).toEqual([expect.stringContaining('S3_BUCKET is not set')]);
    expect(reasons({ database, config: { ...local.config, ...bucket } })).toEqual([]);
  });

  test.each([
    ['any origin may call', { CORS_ORIGINS: '*' }, 'CORS_ORIGINS allows *'],
    ['an origin without TLS may call', { CORS_ORIGINS: 'http://yourapp.com' }, 'CORS_ORIGINS allows http://yourapp.com'],
    ['every host name is served', { TRUSTED_HOSTS: '*' }, 'TRUSTED_HOSTS is not set'],
  ])('falls when %s', (_what, config, why) => {
    const { unmet } = securityScore({ ...production, config: { ...production.config, ...config } });
    expect(unmet).toEqual([expect.stringContaining(why)]);
  });

  test('has a control for each of the ten items of the checklist', () => {
    expect(new Set(controls.flatMap(({ item }) => item ?? []))).toEqual(new Set(checklist));
  });
});
