import { describe, expect, test } from '@jest/globals';
import { formatPath, valueAt, walkValues } from '../kubernetes/walk.ts';
import { synthesizeEnvironment } from '../synth.ts';
import type { Environment } from './environment.ts';
import { deployments } from './index.ts';
import { local } from './local.ts';
import { production } from './production.ts';
import { validateEnvironment } from './validate-environment.ts';

/** Invalid values for a field, by its present value and its path. */
function mistakesOf(path: readonly string[], value: unknown): readonly unknown[] {
  const last = path.at(-1) ?? '';
  if (typeof value === 'number') {
    const outside = ports.has(path[0] ?? '') ? [0, 65_536, 70_000] : ['cpu', 'memory'].includes(last) ? [0, 101] : [];
    return [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '1', ...outside];
  }
  if (typeof value !== 'string') return [];
  const text = ['', ' ', 'a b', 'a\nb', ...(path.includes('prometheus') ? [] : [7])];
  if (last === 'kind') return ['nonsense', ''];
  if (path[0] === 'config') return [7];
  if (['cpu', 'memory', 'storage'].includes(last) && path[0] !== 'cache')
    return [...text, '1GB', '-1', 'lots', '0', '1 Gi', '1,5Gi', '1e', last === 'cpu' ? '2x' : '512m'];
  if (last === 'schedule')
    return [
      ...text,
      ...value.split(' ').map((_, field, all) => all.map((each, at) => (at === field ? '99' : each)).join(' ')),
      `${value} *`,
      '@often',
      '*/0 * * * *',
    ];
  if (path.includes('networks')) return [...text, '10.0.0.0/33', '10.0.0/8', '300.0.0.0/8', '10.0.0.0', 'example.com', '::/129'];
  if (last === 'image') return [...text, 'UPPER/Image:1', 'a:b:c', 'https://ghcr.io/a/b:1', 'a@sha256:12'];
  if (path.join('.') === 'cluster.identity.host') return [...text, 'https://x.example', '-x.example', 'X.example'];
  if (last === 'host')
    return [
      ...text,
      'https://x.example',
      'x.example:443',
      'x.example/path',
      '-x.example',
      'X.example',
      `${'a'.repeat(64)}.example`,
      `${'a.'.repeat(127)}example`,
      '_x.example',
    ];
  if (/^https?:/.test(value) && last !== 'audience') return [...text, 'ftp://x.example', 'x.example', 'https://', 'https://u:p@x.example'];
  if (path[0] === 'names' || ['namespace', 'className', 'gatewayClass'].includes(last))
    return [...text, 'Upper', 'under_score', '-x', 'x-', path[0] === 'names' || last === 'namespace' ? 'a'.repeat(64) : 'a'.repeat(254)];
  if (last === 'refresh') return [...text, '0h', '1d', 'h', '-1h', '1.5h'];
  if (last === 'retention') return [...text, '0d', '30x', 'd', '1.5d'];
  if (last === 'destination') return [...text, 's3://', 'https://bucket', 's3://Bucket/a'];
  if (last === 'smarthost') return [...text, 'smtp.example', 'smtp.example:25', ':587'];
  return text;
}
const ports = new Set(['ports']);

/** The environment with one value replaced. */
function withValue(environment: Environment, path: readonly string[], value: unknown): Environment {
  // Not structuredClone: two workloads may share their resources.
  const copy: Environment = JSON.parse(JSON.stringify(environment));
  const holder = valueAt(copy, ...path.slice(0, -1)) ?? copy;
  Reflect.set(Object(holder), path.at(-1) ?? '', value);
  return copy;
}

test('Exported files have exactly one place that the pods of the API and of analytics reach', () => {
  const { exports: volume, ...without } = local;
  const at = (environment: Environment) => validateEnvironment(environment).join();
  expect([volume, at(local)]).toEqual([{ storage: '1Gi' }, '']);
  expect(at(without)).toMatch(/^environment local: exports \(undefined\) must be set, or S3_BUCKET in "config"/);
  const bucket = { ...local.config, S3_BUCKET: 'exports' };
  expect(at({ ...without, config: bucket })).toBe('');
  expect(at({ ...local, config: bucket })).toMatch(/^environment local: exports is not used, because S3_BUCKET is set/);
});

describe('An environment', () => {
  test.each(Object.entries(deployments))('%s is valid', (_name, environment) => {
    expect(validateEnvironment(environment)).toEqual([]);
  });

  test.each(Object.entries(deployments))('%s with a mistake in any field is rejected with the name of the field', (_name, environment) => {
    const mistakes = [...walkValues(environment)].flatMap(({ path, value }) =>
      mistakesOf(path, value).map((mistake) => ({ path, mistake })),
    );
    const accepted = mistakes.filter(({ path, mistake }) => {
      const messages = validateEnvironment(withValue(environment, path, mistake)).join('\n');
      const field = path.at(-1) === 'kind' ? formatPath(path.slice(0, -1)) : formatPath(path);
      // An invalid prefix or environment name is in every message.
      return !messages.includes(field);
    });
    expect(mistakes.length).toBeGreaterThan(200);
    expect(accepted.map(({ path, mistake }) => `${formatPath(path)} = ${JSON.stringify(mistake)}`)).toEqual([]);
  });

  test.each([
    [
      'a limit below its request',
      ['workloads', 'api', 'resources', 'limits', 'memory'],
      '256Mi',
      /workloads\.api\.resources\.limits\.memory \(256Mi\) is below requests\.memory \(512Mi\): raise the limit/,
    ],
    [
      'a minimum above the maximum',
      ['workloads', 'api', 'scaling', 'max'],
      2,
      /workloads\.api\.scaling\.min \(3\) is above max \(2\): lower min, or raise max/,
    ],
    ['two listeners on one port', ['ports', 'metrics'], 8080, /ports\.metrics \(8080\) is the port of http, too/],
    [
      'a setting that is not a number',
      ['config', 'METRICS_PORT'],
      'ninety',
      /config\.METRICS_PORT \(ninety\) must be a whole number: see docs/,
    ],
    ['an unknown setting', ['config', 'METRIC_PORT'], '9090', /config\.METRIC_PORT \(9090\) is not a setting of the contract/],
    [
      'as many synchronous replicas as instances',
      ['database', 'synchronousReplicas'],
      3,
      /database\.synchronousReplicas \(3\) needs more than instances \(3\) has: lower it to 2/,
    ],
    ['an unknown field', ['workload'], {}, /Unrecognized key: "workload"/],
    [
      '31 February',
      ['database', 'backups', 'schedule'],
      '0 0 2 31 2 *',
      /has the day 31 of month 2, which has at most 29 days: it would never run/,
    ],
    [
      'no receiver of critical alerts',
      ['monitoring', 'notify', 'critical'],
      [],
      /monitoring\.notify\.critical\[0] \S+ is not set: add a receiver/,
    ],
    ['no heartbeat', ['monitoring', 'notify', 'heartbeat'], undefined, /monitoring\.notify\.heartbeat \S+ is not set: add a receiver/],
    ['no contacts', ['contacts'], undefined, /contacts \S+ is not set: add onCall, operations and security/],
    ['no contact on call', ['contacts', 'onCall'], undefined, /contacts\.onCall \S+ is not set: write a phone number/],
    ['a prefix that is too long', ['names', 'prefix'], 'a'.repeat(64), /names\.prefix \(a+\) has 64 characters/],
  ])('with %s is rejected by synth with both values and the fix', (_what, path, value, message) => {
    expect(() => synthesizeEnvironment(withValue(production, path, value))).toThrow(message);
  });

  test('is rejected with the field and with the path of the construct that uses it', () => {
    const invalid = withValue(production, ['workloads', 'worker', 'resources', 'limits', 'cpu'], '100m');
    expect(() => synthesizeEnvironment(invalid)).toThrow(
      /^environment production: workloads\.worker\.resources\.limits\.cpu \(100m\) is below requests\.cpu \(250m\).*\nservice\/worker: Deployment\/\S+-worker spec\.template\S+\.limits\.cpu \(100m\) is below/,
    );
  });
});
