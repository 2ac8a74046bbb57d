import { describe, expect, test } from '@jest/globals';
import { settings } from '../contract/settings.ts';
import { unsupportedVariables } from '../contract/unsupported-variables.ts';
import { ignoredVariables, parseSettings } from './settings.ts';

const violationsOf = (environment: Record<string, string>) => {
  const parsed = parseSettings(environment);
  return 'violations' in parsed ? parsed.violations : [];
};
const names = (violations: readonly string[]) => violations.map((violation) => violation.split(':')[0]);

describe('Settings', () => {
  test('have a value for everything where nothing is set', () => {
    const parsed = parseSettings({});
    expect(parsed).toMatchObject({ settings: { ROLE: 'all', PORT: 8080, VALID_API_KEYS: [], DATABASE_URL: undefined, LOG_LEVEL: 'info' } });
  });

  test('are read in the form that the guides write them', () => {
    const parsed = parseSettings({
      LOG_LEVEL: 'INFO',
      TRUSTED_HOSTS: 'localhost, yourapp.com,',
      ENABLE_METRICS: 'true',
      METRICS_PORT: '9090',
    });
    expect(parsed).toMatchObject({
      settings: { LOG_LEVEL: 'info', TRUSTED_HOSTS: ['localhost', 'yourapp.com'], ENABLE_METRICS: true, METRICS_PORT: 9090 },
    });
  });

  test('that are empty count as not set', () => {
    expect(parseSettings({ PORT: '', REDIS_URL: ' ' })).toMatchObject({ settings: { PORT: 8080, REDIS_URL: undefined } });
  });

  test('that are invalid are all reported, one line each, with the name and what to do', () => {
    const violations = violationsOf({ PORT: 'http', REDIS_URL: 'localhost', ENABLE_METRICS: 'yes', RATE_LIMIT_WINDOW: '0' });
    expect(names(violations)).toEqual(expect.arrayContaining(['PORT', 'REDIS_URL', 'ENABLE_METRICS', 'RATE_LIMIT_WINDOW']));
    expect(violations).toHaveLength(4);
    expect(violations[0]).toBe(
      'PORT: must be a whole number (it is "http"). Port of the API (of the probes, in a worker); 0 takes a free one.',
    );
    for (const violation of violations) expect(violation).not.toContain('\n');
  });

  test('have the names that the guides give them, and DEBUG selects the log level', () => {
    expect(parseSettings({ VERSION: '4.1.0', API_HOST: '127.0.0.1', API_PORT: '8000', DEBUG: 'true' })).toMatchObject({
      settings: { API_VERSION: '4.1.0', HOST: '127.0.0.1', PORT: 8000, LOG_LEVEL: 'debug' },
    });
    expect(parseSettings({ VERSION: '1', API_VERSION: '2', DEBUG: 'true', LOG_LEVEL: 'warn' })).toMatchObject({
      settings: { API_VERSION: '2', LOG_LEVEL: 'warn' },
    });
    for (const DEBUG of ['false', 'ioredis:*']) expect(parseSettings({ DEBUG })).toMatchObject({ settings: { LOG_LEVEL: 'info' } });
  });

  test('that select several processes need servers that processes share', () => {
    const servers = { DATABASE_URL: 'postgresql://localhost/captions', REDIS_URL: 'redis://localhost' };
    for (const name of ['WORKERS', 'API_WORKERS']) {
      expect(parseSettings({ [name]: '4', ...servers })).toMatchObject({ settings: { WORKERS: 4 } });
    }
    expect(violationsOf({ WORKERS: '4' })).toEqual([
      'WORKERS: 4 processes are not possible: the embedded database serves one process: set DATABASE_URL, or WORKERS=1.',
      'WORKERS: 4 processes are not possible: without Redis each process would count limits and cache for itself: set REDIS_URL, or WORKERS=1.',
    ]);
    expect(violationsOf({ WORKERS: '2', ROLE: 'migrate', ...servers })).toEqual([expect.stringContaining('ROLE migrate is one process')]);
    expect(violationsOf({ WORKERS: '0' })).toHaveLength(1);
  });

  test('that limit endpoints must name endpoints that have a limit, with a quota', () => {
    const of = (value: string) => violationsOf({ RATE_LIMIT_ENDPOINTS: value });
    expect(parseSettings({ RATE_LIMIT_ENDPOINTS: 'generate=60/60' })).toMatchObject({
      settings: { RATE_LIMIT_ENDPOINTS: { generate: { requests: 60, windowSeconds: 60 } } },
    });
    expect(of('nothing=1/1')).toEqual([
      expect.stringMatching(/^RATE_LIMIT_ENDPOINTS: no endpoint .* is called nothing. Choose from: generate,/),
    ]);
    expect(of('health=1/1')).toEqual([expect.stringContaining('is called health')]);
    expect(of('generate=60')).toEqual([expect.stringContaining('must be NAME=REQUESTS/SECONDS')]);
    expect(of('generate=0/60')).toEqual([expect.stringMatching(/^RATE_LIMIT_ENDPOINTS: Too small/)]);
  });

  test('that have no effect here are reported with what replaces them, unless they are empty or change nothing', () => {
    const ignored = ignoredVariables({ API_RELOAD: 'x', SSL_KEYFILE: ' ', HOSTNAME: 'pod', PORT: '8080', API_PORT: '8000', VERSION: '4' });
    expect(ignored).toEqual([
      { variable: 'API_RELOAD', remedy: expect.any(String) },
      { variable: 'API_PORT', remedy: 'PORT is set and has priority: remove one of the two' },
    ]);
    expect(ignoredVariables({ API_RELOAD: 'false' })).toEqual([]);
    expect(ignoredVariables({ GRAFANA_PASSWORD: 'x', ES_JAVA_OPTS: '-Xmx512m' }).map(({ variable }) => variable)).toEqual([
      'GRAFANA_PASSWORD',
      'ES_JAVA_OPTS',
    ]);
    expect(Object.keys(unsupportedVariables).filter((name) => name in settings)).toEqual([]);
  });

  test('that are secret are never shown, even where they are wrong', () => {
    const environment = { DATABASE_URL: 'mysql://admin:hunter2@db/x', VALID_API_KEYS: 'hunter2', REDIS_URL: 'http://:hunter2@cache' };
    const violations = violationsOf(environment);
    expect(names(violations).sort()).toEqual(['DATABASE_URL', 'REDIS_URL', 'VALID_API_KEYS']);
    expect(violations.join()).not.toContain('hunter2');
  });

  test('that an environment requires are required of the roles that read them, and of no other', () => {
    const cluster = { ENVIRONMENT: 'production', DATABASE_URL: 'postgresql://db/x' };
    expect(names(violationsOf({ ...cluster, ROLE: 'api' })).sort()).toEqual(['METRICS_PORT', 'REDIS_URL', 'SECRET_KEY', 'TRUSTED_HOSTS']);
    expect(violationsOf({ ...cluster, ROLE: 'migrate' })).toEqual([]);
  });
});
