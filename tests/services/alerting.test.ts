import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { local } from '../../manifests/environments/local.ts';
import { spawnService } from '../../service/testing/process.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { missingPrograms, type Notification, startAlerting } from './alerting-stack.ts';
import { freePort } from './servers.ts';
import { startModel } from './stoppable-model.ts';

const key = 'key-of-the-alerting';
const { api } = local.workloads;
/** One process does what all roles do; it is scraped as the API. */
const environment = { ...local, workloads: { api } };

if (missingPrograms.length > 0) console.error(`skipped: install ${missingPrograms.join(', ')}`);
const withPrograms = missingPrograms.length > 0 ? describe.skip : describe;

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

withPrograms('Alertmanager', () => {
  test('delivers alerts of wrong logins and of a model that is down, groups alerts by name, silences consequences, and reports what is resolved', async () => {
    const model = await startModel();
    cleanups.push(model.end);
    const port = String(await freePort());
    const folder = mkdtempSync(join(tmpdir(), 'leyenda-alerting-data-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    const start = () =>
      spawnService({
        PORT: port,
        LEYENDA_DATA_DIR: folder,
        VALID_API_KEYS: key,
        RATE_LIMIT_REQUESTS: '1000000',
        OPENAI_API_KEY: 'k',
        OPENAI_BASE_URL: model.url,
      });
    let service = start();
    cleanups.push(() => service.end());
    const url = await service.url();
    const received: Notification[] = [];
    const unused = await Promise.all([freePort(), freePort()]);
    const alerting = await startAlerting({
      environment,
      factor: 20,
      onNotification: (notification) => received.push(notification),
      processes: [
        { component: 'api', address: `127.0.0.1:${port}` },
        // Two processes that do not answer.
        ...unused.map((each) => ({ component: 'graphql', address: `127.0.0.1:${each}` })),
      ],
    });
    cleanups.push(alerting.end);
    const of = (alertname: string, status: string) =>
      received.filter(({ groupLabels, status: seen }) => groupLabels.alertname === alertname && seen === status);
    const delivered = (alertname: string, status = 'firing') => waitUntil(() => of(alertname, status).at(-1));

    expect(await delivered('Watchdog')).toMatchObject({ receiver: 'heartbeat' });
    const down = await waitUntil(() => of('HealthCheckFailing', 'firing').find(({ alerts }) => alerts.length === 2));
    expect(down).toMatchObject({
      receiver: 'warning',
      alerts: [{ labels: { component: 'graphql' } }, { labels: { component: 'graphql' } }],
    });

    const logIn = (username: string) =>
      fetch(`${url}/auth/login`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username, password: 'wrong' }),
      });
    await Promise.all(Array.from({ length: 100 }, (_, user) => logIn(`user${user}`)));
    expect(await delivered('ManyFailedLogins')).toMatchObject({
      receiver: 'warning',
      alerts: [{ annotations: { contact: local.contacts.security } }],
    });

    const request = { style: 'casual', audience: 'general', client_id: 'alerting' };
    let calls = 0;
    const timer = setInterval(() => {
      const body = JSON.stringify({ content_description: `A red bicycle number ${calls++} in front of a white wall`, ...request });
      void fetch(`${url}/api/v4/generate`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
        body,
      }).catch(() => undefined);
    }, 100);
    cleanups.push(() => clearInterval(timer));
    await waitUntil(() => calls > 20);
    await model.stop();
    expect(await delivered('TextModelFailing')).toMatchObject({
      receiver: 'warning',
      alerts: [
        {
          annotations: {
            runbook_url: expect.stringMatching(/^https:.*\/docs\/runbooks\/models\.md$/),
            contact: local.contacts.operations,
            dashboard_url: expect.any(String),
          },
        },
      ],
    });
    expect(await delivered('HighErrorRate')).toMatchObject({ receiver: 'critical' });
    await model.start();
    await delivered('TextModelFailing', 'resolved');
    await delivered('HighErrorRate', 'resolved');

    const before = received.length;
    service.signal('SIGKILL');
    expect(await delivered('ServiceDown')).toMatchObject({ receiver: 'critical' });
    // The third process that does not answer is a consequence.
    const later = received.slice(before).filter(({ groupLabels: { alertname } }) => alertname === 'HealthCheckFailing');
    expect(later.filter(({ alerts }) => alerts.some(({ labels, status }) => labels.component === 'api' && status === 'firing'))).toEqual(
      [],
    );
    service = start();
    await delivered('ServiceDown', 'resolved');
  });
});
