import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { workloadRoles } from '../../contract/roles.ts';
import { local } from '../../manifests/environments/local.ts';
import { startClient, underLoad } from './client.ts';
import { setup } from './cluster.ts';
import { readyPod } from './components.ts';
import { forwarded } from './forward.ts';
import { printLedger, record } from './ledger.ts';
import { createMonitoringRole, givenLocal } from './local-environment.ts';
import { until, whole } from './whole.ts';

const found = setup();
const { monitoring, ports } = local;
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else if (monitoring.kind === 'bundled') watching(found.images.one, monitoring.namespace);

async function get(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  return JSON.parse(await response.text());
}
const getData = async (url: string) => (await get(url)).data;

function watching(image: string, namespace: string) {
  describe('What watches the local environment', () => {
    beforeAll(async () => {
      record('what', 'verdict', 'figures');
      await givenLocal(image);
      await startClient(image);
      await whole(120);
      await whole(120, namespace);
    }, 400_000);
    afterAll(() => printLedger());

    const atPrometheus = async <Result>(work: (address: string) => Promise<Result>) => {
      const { metadata } = await readyPod(namespace, 'prometheus');
      return forwarded(namespace, metadata.name, ports.prometheus, work);
    };
    const query = (address: string, text: string) => getData(`${address}/api/v1/query?query=${encodeURIComponent(text)}`);

    test('Prometheus scrapes every pod of every role', async () => {
      const roles = workloadRoles;
      const up = await atPrometheus((address) =>
        until(
          async () => {
            const { result } = await query(address, `min by (component) (up{job="${local.names.prefix}"})`);
            return Object.fromEntries(
              result.map(({ metric, value }: { metric: { component: string }; value: [number, string] }) => [metric.component, value[1]]),
            );
          },
          (seen) => roles.every((role) => seen[role] === '1'),
          90,
        ),
      );
      expect(up).toEqual(Object.fromEntries(roles.map((role) => [role, '1'])));
      record('Prometheus scrapes', 'up', roles.join(', '));
    }, 120_000);

    test('Prometheus reads the machine, PostgreSQL and Redis through exporters', async () => {
      await createMonitoringRole();
      const text = 'min(up{job=~".+-exporter"}) * min(pg_up) * min(redis_up)';
      const read = async (address: string) => (await query(address, text)).result[0]?.value[1];
      expect(
        await atPrometheus((address) =>
          until(
            () => read(address),
            (value) => value === '1',
            90,
          ),
        ),
      ).toBe('1');
      record('Prometheus reads', 'up', 'machine, PostgreSQL, Redis');
    }, 120_000);

    test('and counts the served requests', async () => {
      const counted = (address: string) => query(address, 'sum(instagram_captions_requests_total{status="200"})');
      const { sent } = await underLoad(50, ['captions'], () => new Promise((resolve) => setTimeout(resolve, 3000)));
      const seen = await atPrometheus((address) =>
        until(
          async () => Number((await counted(address)).result[0]?.value[1]),
          (number) => number >= sent,
          60,
        ),
      );
      expect(seen).toBeGreaterThanOrEqual(sent);
      record('Prometheus counts', 'ok', `${seen} answers, ${sent} of them just sent`);
    }, 90_000);

    test('the alert rules are loaded, none has an error, and Alertmanager is reached', async () => {
      const { rules, reached } = await atPrometheus(async (address) => ({
        rules: (await getData(`${address}/api/v1/rules`)).groups.flatMap(
          (group: { rules: { name: string; health: string; lastError?: string }[] }) => group.rules,
        ),
        reached: (await getData(`${address}/api/v1/alertmanagers`)).activeAlertmanagers,
      }));
      expect(rules.length).toBeGreaterThanOrEqual(4);
      expect(rules.filter(({ health }: { health: string }) => health === 'err')).toEqual([]);
      expect(reached).toHaveLength(1);
      const { metadata } = await readyPod(namespace, 'alertmanager');
      const status = await forwarded(namespace, metadata.name, ports.alertmanager, (address) => get(`${address}/api/v2/status`));
      expect(status.config.original).toContain('receiver');
      record('alert rules loaded', 'ok', `${rules.length}: ${rules.map(({ name }: { name: string }) => name).join(', ')}`);
      record('Alertmanager', 'reached', reached[0].url);
    }, 60_000);
  });
}
