import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { workloadRoles } from '../../contract/roles.ts';
import { local } from '../../manifests/environments/local.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { missingPrograms, startAlerting } from './alerting-stack.ts';
import { leyenda, statesOf } from './leyenda.ts';
import { freePort } from './servers.ts';

if (missingPrograms.length > 0) console.error(`skipped: install ${missingPrograms.join(', ')}`);
const alertsOf = z.object({
  data: z.object({ alerts: z.array(z.object({ state: z.string(), labels: z.object({ alertname: z.string() }) })) }),
});
const withPrograms = missingPrograms.length > 0 ? describe.skip : describe;

withPrograms('npm start, with a Prometheus and an Alertmanager', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-readiness-'));
  const [report, log] = [join(folder, 'load.json'), join(folder, 'log')];
  let service: ServiceProcess | undefined;
  let alerting: Awaited<ReturnType<typeof startAlerting>>;
  let url = '';
  let graphql = '';
  let key = '';
  const command = (...argv: readonly string[]) => leyenda(argv, { LEYENDA_API_KEY: key });
  const received = new Set<string>();

  /** Names of alerts that fire, without the one that always does. */
  async function firing(): Promise<readonly string[]> {
    const { data } = alertsOf.parse(await (await fetch(`${alerting.prometheus}/api/v1/alerts`)).json());
    return data.alerts
      .filter(({ state, labels }) => state === 'firing' && labels.alertname !== 'Watchdog')
      .map(({ labels }) => labels.alertname);
  }

  beforeAll(async () => {
    const port = await freePort();
    const environment = { LEYENDA_DATA_DIR: join(folder, 'data'), EXPORTS_DIR: join(folder, 'exports') };
    service = spawnService({ PORT: String(port), ...environment });
    key = await service.printed(/API key +(\S+)/);
    url = await service.url();
    service.signal('SIGTERM');
    await service.exited;
    const backup = { ...environment, BACKUP_DIR: join(folder, 'backups'), BACKUP_RECIPIENT: 'none' };
    expect(await leyenda(['backup', 'folder'], backup)).toMatchObject({ exitCode: exitCodes.ok });
    service = spawnService({ PORT: String(port), ...environment });
    await service.url();
    graphql = `http://127.0.0.1:${await service.printed(/"graphql":(\d+)/)}`;
    alerting = await startAlerting({
      environment: local,
      factor: 30,
      onNotification: ({ groupLabels, status }) => void received.add(`${groupLabels.alertname} ${status}`),
      // One process has all roles.
      processes: workloadRoles.map((component) => ({ component, address: `127.0.0.1:${port}` })),
    });
  });
  afterAll(async () => {
    await alerting?.end();
    await service?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('passes validate', async () => {
    expect(await command('validate', url)).toMatchObject({ exitCode: exitCodes.ok, document: { passed: true } });
  });

  test('passes each item of preflight that this machine can check, and the others say what to pass', async () => {
    const load = await command('load', url, '--graphql-url', graphql, '--rate', '5', '--seconds', '5');
    expect(load.document).toMatchObject({ target: url, passed: false });
    writeFileSync(report, JSON.stringify(load.document));
    const { items } = await command('preflight', url, '--prometheus', alerting.prometheus, '--load-report', report);
    expect(statesOf(items)).toEqual({
      variables: 'ok',
      certificate: 'not checkable',
      keys: 'ok',
      database: 'ok',
      monitoring: 'ok',
      backups: 'ok',
      firewall: expect.stringMatching(/^(ok|not checkable)$/),
      // Its percentiles need a longer load.
      load: 'failed',
    });
    for (const { state, detail } of items) if (state === 'not checkable') expect(detail).toMatch(/pass |in no network/);
  });

  test('passes postflight, with the objectives that slo measures', async () => {
    const slo = await waitUntil(
      () => command('slo', '--prometheus', alerting.prometheus),
      ({ document }) => document.objectives?.some(({ name, measured }) => name === 'availability' && measured !== null) === true,
    );
    await waitUntil(() => received.has('Watchdog firing'));
    writeFileSync(log, service?.output() ?? '');
    const { items } = await command('postflight', url, '--prometheus', alerting.prometheus, '--log', log);
    expect(statesOf(items)).toEqual({
      health: 'ok',
      metrics: 'ok',
      dashboards: 'not checkable',
      // This machine may have an alert of its own, such as a disk that fills up.
      alerts: (await firing()).length === 0 ? 'ok' : 'failed',
      logs: 'ok',
      objectives: slo.exitCode === exitCodes.ok ? 'ok' : 'failed',
      security: 'ok',
      documentation: 'ok',
    });
    expect(items.find(({ item }) => item === 'dashboards')?.detail).toBe('pass --grafana URL');
  });
});
