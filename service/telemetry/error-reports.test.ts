import { afterEach, describe, expect, test } from '@jest/globals';
import { startSentry } from '../testing/sentry.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { createErrorReporter } from './error-reports.ts';
import { createRootLogger } from './log.ts';
import { lineRedactor } from './redact-lines.ts';

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A logger whose errors go to a server in place of Sentry. */
async function reporting(answer?: () => Promise<number>) {
  const sentry = await startSentry(answer);
  servers.push(sentry);
  const failures: string[] = [];
  const redact = lineRedactor(['hunter2hunter2']);
  const reporter = createErrorReporter({
    dsn: sentry.dsn,
    release: 'captions@4.0.0+abc',
    environment: 'staging',
    redact,
    onFailure: (reason) => void failures.push(reason),
  });
  const { log } = createRootLogger('info', { redact, onError: reporter.report }, { write: () => {} });
  return { sentry, failures, reporter, log: log.child({ module: 'http' }) };
}

describe('An unexpected error', () => {
  test('is sent with its stack, release, environment and the request', async () => {
    const { sentry, log, reporter } = await reporting();
    const error = new Error('broken', { cause: new TypeError('no length') });
    log.error({ error, request_id: 'r-1', route: '/api/v4/generate', code: 'internal', client_ip: '192.0.2.1' }, 'Internal error');
    await reporter.flush();
    expect(sentry.events).toEqual([
      expect.objectContaining({
        level: 'error',
        release: 'captions@4.0.0+abc',
        environment: 'staging',
        tags: { log_message: 'Internal error', module: 'http', request_id: 'r-1', route: '/api/v4/generate', code: 'internal' },
      }),
    ]);
    const values = sentry.events[0]?.exception.values ?? [];
    expect(values.map(({ type, value }) => `${type}: ${value}`).sort()).toEqual(['Error: broken', 'TypeError: no length']);
    expect(JSON.stringify(values)).toContain('error-reports.test.ts');
  });

  test('is sent without secrets, request, user, machine or other fields of its line', async () => {
    const { sentry, log, reporter } = await reporting();
    const error = Object.assign(new Error('login of ana with hunter2hunter2 at postgres://ana:pw-of-ana@db/x failed'), {
      headers: { cookie: 'session=of-ana' },
      body: 'text of ana',
    });
    log.error({ error, body: 'text of ana', client_ip: '192.0.2.1', headers: { authorization: 'Bearer of-ana' } });
    await reporter.flush();
    expect(sentry.events).toHaveLength(1);
    for (const text of [
      'hunter2',
      'pw-of-ana',
      'of-ana',
      'text of ana',
      '192.0.2.1',
      'authorization',
      '"user"',
      '"request"',
      'server_name',
    ])
      expect(sentry.received().split('\n').slice(1).join('\n')).not.toContain(text);
  });

  test('is not sent if its line is a warning or has no error', async () => {
    const { sentry, log, reporter } = await reporting();
    log.warn({ error: new Error('expected') }, 'A job failed');
    log.error({ reason: 'connect ECONNREFUSED' }, 'Requests fail with 503');
    log.fatal({ error: new Error('last') }, 'The role failed');
    await reporter.flush();
    expect(sentry.events.map(({ level, tags }) => [level, tags.log_message])).toEqual([['fatal', 'The role failed']]);
  });

  test('is one of at most 20 at once', async () => {
    const { sentry, log, reporter } = await reporting();
    for (let count = 0; count < 200; count += 1) log.error({ error: new Error(`number ${count}`) });
    await reporter.flush();
    expect(sentry.events.length).toBeGreaterThan(0);
    expect(sentry.events.length).toBeLessThanOrEqual(20);
  });

  test('delays neither its caller nor the end of the process if Sentry does not answer', async () => {
    const { promise: never } = Promise.withResolvers<number>();
    const { sentry, log, reporter } = await reporting(() => never);
    log.error({ error: new Error('broken') });
    await waitUntil(() => sentry.events.length === 1);
    await reporter.flush();
  });

  test('is dropped with a line of the log if Sentry cannot be reached', async () => {
    const { sentry, log, reporter, failures } = await reporting();
    sentry.close();
    log.error({ error: new Error('broken') });
    await waitUntil(() => failures.length > 0);
    expect(failures[0]).toContain('ECONNREFUSED');
    await reporter.flush();
  });
});
