import { describe, expect, test } from '@jest/globals';
import { local } from '../../manifests/environments/local.ts';
import { production } from '../../manifests/environments/production.ts';
import { staging } from '../../manifests/environments/staging.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { checklist, controls } from './controls.ts';
import { requiredScore, securityScore } from './score.ts';

type Change = (object: KubernetesObject) => KubernetesObject | undefined;
const isOf = ({ kind, metadata }: KubernetesObject, wanted: string, part: string) => kind === wanted && metadata.name.includes(part);
const without =
  (kind: string, part: string): Change =>
  (object) =>
    isOf(object, kind, part) ? undefined : object;
/** Replaces a part of the JSON text of some objects. */
const changed =
  (kind: string, part: string, from: string | RegExp, to: string): Change =>
  (object) =>
    isOf(object, kind, part) ? JSON.parse(JSON.stringify(object).replace(from, to)) : object;

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

  test.each<[what: string, change: Change, why: string]>([
    ['nothing redirects HTTP', without('HTTPRoute', 'redirect'), 'Gateway/instagram-captions-gateway does not redirect HTTP'],
    [
      'a route takes HTTP, too',
      changed('HTTPRoute', 'ingress', '"sectionName":"https"', '"port":80'),
      'Gateway/instagram-captions-gateway does not redirect HTTP',
    ],
    ['the edge serves no TLS', changed('Gateway', '', '"HTTPS"', '"TLS"'), 'does not serve TLS'],
    ['no route uses the limits of rates', changed('HTTPRoute', 'ingress', /-rate"/g, '-body"'), 'does not limit the rate of /graphql'],
    [
      'the deployer may read everything',
      changed('Role', 'deployer', /"resources":\[[^\]]*\]/g, '"resources":["*"]'),
      'its Role reads Secrets',
    ],
    ['the edge leads to the metrics', changed('Service', 'service', /"targetPort":[^,}]*/g, '"targetPort":9090'), 'which has port 9090'],
    [
      'the edge leads to the metrics by name',
      changed('Service', 'service', /"targetPort":[^,}]*/g, '"targetPort":"metrics"'),
      'has port metrics',
    ],
  ])('falls when %s', (_what, change, why) => {
    const objects = synthesizeEnvironment(production)
      .flatMap((each) => each.objects)
      .flatMap((object) => change(object) ?? []);
    expect(controls.flatMap(({ unmet }) => unmet({ environment: production, objects }))).toContainEqual(expect.stringContaining(why));
  });

  test('has a control for each of the ten items of the checklist', () => {
    expect(new Set(controls.flatMap(({ item }) => item ?? []))).toEqual(new Set(checklist));
  });
});
