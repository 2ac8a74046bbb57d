import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { local } from '../../manifests/environments/local.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { fencesOf } from '../../scripts/docs/fences.ts';
import { fetchAsHost } from '../../scripts/validate/fetch-as-host.ts';
import { leyenda, statesOf } from '../services/leyenda.ts';
import { startClient } from './client.ts';
import { apiKey, getJson, kubectl, namespace, setup } from './cluster.ts';
import { readyPod } from './components.ts';
import { forwarded } from './forward.ts';
import { printLedger, record, since } from './ledger.ts';
import { adminPassword, givenLocal, leftOut } from './local-environment.ts';
import { until, whole } from './whole.ts';

const found = setup();
const { monitoring, ports, names, edge } = local;
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else if (monitoring.kind === 'bundled') checked(found.images.one, monitoring.namespace);

function checked(image: string, watchers: string) {
  /** The administrator of the cluster: the deployer may read no Secret. */
  const command = async (argv: readonly string[], credential = apiKey) => {
    const startMs = Date.now();
    const result = await leyenda(argv, { KUBECONFIG: process.env.KUBECONFIG, LEYENDA_API_KEY: credential });
    record(argv.join(' ').slice(0, 70), String(result.exitCode), `${since(startMs).toFixed(1)} s`);
    for (const { item, state, detail } of result.items) record(`  ${item}`, state, detail.slice(0, 120));
    return result;
  };
  const atApi = async <T>(work: (address: string) => Promise<T>) => {
    const { metadata } = await readyPod(namespace, 'api');
    return forwarded(namespace, metadata.name, ports.http, work);
  };

  describe('The local environment in a cluster', () => {
    beforeAll(async () => {
      record('what', 'verdict', 'figures');
      await givenLocal(image);
      await startClient(image);
      await whole(120);
      await whole(120, watchers);
    }, 400_000);
    afterAll(() => printLedger());

    test('gives its pods the values of the Secret, which no other object contains', async () => {
      const { data }: { data: Record<string, string> } = await getJson('secret', names.secrets, '-n', namespace);
      const values = Object.entries(data).map(([name, value]): [string, string] => [name, Buffer.from(value, 'base64').toString()]);
      const { metadata } = await readyPod(namespace, 'api');
      const environment = JSON.parse(
        await kubectl(['exec', '-n', namespace, metadata.name, '--', 'node', '-e', 'console.log(JSON.stringify(process.env))']),
      );
      for (const name of ['SECRET_KEY', 'DATABASE_URL', 'VALID_API_KEYS']) expect(values).toContainEqual([name, environment[name]]);
      const kinds = 'pods,deployments,replicasets,statefulsets,jobs,cronjobs,configmaps,services';
      const objects = await kubectl(['get', kinds, '-n', namespace, '-o', 'json']);
      expect(values.filter(([, value]) => objects.includes(JSON.stringify(value).slice(1, -1))).map(([name]) => name)).toEqual([]);
    }, 60_000);

    test('passes validate through a port-forward', async () => {
      const result = await atApi(async (address) => {
        const { host } = edge;
        const body = JSON.stringify({ username: 'admin', password: adminPassword });
        const login = await fetchAsHost(host)(`${address}/auth/login`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        });
        const { access_token: token } = JSON.parse(await login.text());
        return command(['validate', address, '--host', host], token);
      });
      expect(result).toMatchObject({ exitCode: exitCodes.ok, document: { passed: true } });
    }, 60_000);

    test('passes each item of preflight', async () => {
      const load = await command(['load', '--environment', 'local', '--confirm', 'local', '--rate', '10', '--seconds', '10']);
      expect(load.document).toMatchObject({ target: 'local' });
      const report = join(mkdtempSync(join(tmpdir(), 'leyenda-load-')), 'load.json');
      writeFileSync(report, JSON.stringify(load.document));
      const preflight = async () => statesOf((await command(['preflight', 'local', '--load-report', report])).items);
      const expected = {
        ...{ variables: 'ok', certificate: 'ok', keys: 'ok', database: 'ok', monitoring: 'ok', firewall: 'ok' },
        load: load.exitCode === exitCodes.ok ? 'ok' : 'failed',
      };
      const first = await preflight();
      if (first.backups !== 'ok') {
        // Its own remedy.
        expect(first).toEqual({ ...expected, backups: 'failed' });
        await kubectl(['create', 'job', '-n', namespace, `--from=cronjob/${names.backup}`, 'backup-now']);
        await kubectl(['wait', '-n', namespace, '--for=condition=complete', 'job/backup-now', '--timeout=180s']);
      }
      const last = await until(preflight, ({ backups }) => backups === 'ok', 60);
      expect(last).toEqual({ ...expected, backups: 'ok' });
    }, 400_000);

    test('passes postflight, with the objectives that slo measures', async () => {
      const slo = await until(
        () => command(['slo', 'local']),
        ({ document }) => document.objectives?.some(({ name, measured }) => name === 'availability' && measured !== null) === true,
        180,
      );
      const { metadata } = await readyPod(watchers, 'prometheus');
      const alerts: { state: string; labels: { alertname: string } }[] = await forwarded(
        watchers,
        metadata.name,
        ports.prometheus,
        async (address) => JSON.parse(await (await fetch(`${address}/api/v1/alerts`)).text()).data.alerts,
      );
      const firing = alerts.filter(({ state, labels }) => state === 'firing' && labels.alertname !== 'Watchdog');
      record('firing', String(firing.length), firing.map(({ labels }) => labels.alertname).join(', '));
      const { items } = await command(['postflight', 'local']);
      expect(statesOf(items)).toEqual({
        health: 'ok',
        metrics: 'ok',
        dashboards: leftOut.includes('grafana') ? 'failed' : 'ok',
        alerts: firing.length === 0 ? 'ok' : 'failed',
        logs: 'ok',
        objectives: slo.exitCode === exitCodes.ok ? 'ok' : 'failed',
        security: 'ok',
        documentation: 'ok',
      });
    }, 300_000);

    test('runs the first commands of an incident', async () => {
      const [fence] = fencesOf('docs/runbooks/incident.md');
      const lines = (fence?.text ?? '').split('\n').map((line) => /leyenda (.*?) +#/.exec(line)?.[1]?.split(' ') ?? []);
      // There is no earlier release to roll back to.
      const reading = lines.filter(([name]) => name !== 'rollback');
      expect([lines.length, reading.length]).toEqual([5, 4]);
      for (const line of reading) {
        const { exitCode, document } = await command(line.map((word) => (word === 'production' ? 'local' : word)));
        expect([exitCodes.ok, exitCodes.different]).toContain(exitCode);
        expect(document).not.toHaveProperty('error');
      }
    }, 120_000);
  });
}
