import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { databaseFor } from '../../manifests/environments/defaults.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { local } from '../../manifests/environments/local.ts';
import { synthesize } from '../../manifests/synth.ts';
import { silentOutput } from '../cli/testing/silent-output.ts';
import { createCluster } from '../cluster/create-cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { createFakeApi } from '../cluster/testing/fake-api.ts';
import { type ItemResult, NotCheckable, postflightItems, preflightItems, runChecklist } from './checklist.ts';
import { clusterPostflight, clusterPreflight } from './cluster-target.ts';

const { namespace, names, monitoring } = local;
const { signal } = new AbortController();

/** The programs that the cluster forwards to: Prometheus and Grafana. */
const prometheus = { alertmanagers: ['http://alertmanager:9093'] };
const grafana: { authorization: string; dashboards: readonly object[] } = {
  authorization: `Basic ${Buffer.from('admin:password').toString('base64')}`,
  dashboards: [{ uid: 'overview' }],
};
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '', 'http://x');
  if (pathname === '/api/search') {
    response.statusCode = request.headers.authorization === grafana.authorization ? 200 : 401;
    return response.end(JSON.stringify(grafana.dashboards));
  }
  const data = pathname === '/api/v1/alertmanagers' ? { activeAlertmanagers: prometheus.alertmanagers } : { result: [], groups: [] };
  return response.end(JSON.stringify({ status: 'success', data }));
});
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const valid = {
  SECRET_KEY: 'k'.repeat(32),
  DATABASE_URL: 'postgresql://captions:p@postgres/captions',
  REDIS_URL: 'redis://redis:6379',
  POSTGRES_PASSWORD: 'password',
};
const secret = (values: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: names.secrets, namespace },
  data: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
});
const paths: Readonly<Record<string, string>> = {
  Secret: '/api/v1/namespaces/N/secrets',
  Pod: '/api/v1/namespaces/N/pods',
  StatefulSet: '/apis/apps/v1/namespaces/N/statefulsets',
  CronJob: '/apis/batch/v1/namespaces/N/cronjobs',
  Cluster: '/apis/postgresql.cnpg.io/v1/namespaces/N/clusters',
  ObjectStore: '/apis/barmancloud.cnpg.io/v1/namespaces/N/objectstores',
  EndpointSlice: '/apis/discovery.k8s.io/v1/namespaces/N/endpointslices',
  NetworkPolicy: '/apis/networking.k8s.io/v1/namespaces/N/networkpolicies',
};
const object = (apiVersion: string, kind: string, name: string, fields: object, where = namespace): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: where },
  ...fields,
});
const prometheusPod = object('v1', 'Pod', 'prometheus-0', {}, monitoring.namespace);
const grafanaPod = object('v1', 'Pod', 'grafana-0', {}, monitoring.namespace);
const database = object('apps/v1', 'StatefulSet', names.postgres, { status: { readyReplicas: 1 } });
const backup = (hoursAgo: number) =>
  object('batch/v1', 'CronJob', names.backup, {
    status: { lastSuccessfulTime: new Date(Date.now() - hoursAgo * 3_600_000).toISOString() },
  });
const policies = synthesize('local')
  .flatMap(({ objects }) => objects)
  .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.namespace === namespace)
  .map((policy): KubeObject => ({ ...policy }));

/** A cluster with these objects. */
function targetWith(live: readonly KubeObject[], environment: Environment = local) {
  const fake = createFakeApi();
  fake.logs.set(`/api/v1/namespaces/${namespace}/pods/api-new/log`, JSON.stringify({ level: 'info', timestamp: '0', message: 'ready' }));
  for (const each of live) {
    const path = paths[each.kind]?.replace('/N/', `/${each.metadata.namespace}/`);
    fake.objects.set(`${path}/${each.metadata.name}`, each);
  }
  const cluster = createCluster(fake.transport, async () => connect(Object(server.address()).port, '127.0.0.1'));
  const smoke = () => Promise.reject(new Error('no release'));
  const owner = { product: names.prefix, environment: 'local' };
  return {
    environment,
    session: { cluster, namespace, owner, out: silentOutput, signal, smoke },
    loadReport: undefined,
    alerts: { expected: ['ServiceDown'], alwaysFiring: [] },
  };
}
const preflight = (...live: readonly KubeObject[]) => runChecklist(preflightItems, clusterPreflight(targetWith(live)), signal);
const statesOf = (results: readonly ItemResult<string>[]) => Object.fromEntries(results.map(({ item, state }) => [item, state]));
const resultOf = (results: readonly ItemResult<string>[], item: string) => results.find((each) => each.item === item);

describe('preflight of an environment in a cluster', () => {
  test('before the first release checks the Secret, and says what the release creates', async () => {
    const results = await preflight(secret(valid), prometheusPod);
    expect(statesOf(results)).toEqual({
      variables: 'ok',
      certificate: 'failed',
      keys: 'ok',
      database: 'not checkable',
      monitoring: 'ok',
      backups: 'not checkable',
      firewall: 'not checkable',
      load: 'not checkable',
    });
    expect(resultOf(results, 'certificate')).toMatchObject({ detail: `there is no Secret ${names.tls}` });
  });

  test('of a running release checks the database, the age of its dump and the network policies', async () => {
    const results = await preflight(secret(valid), prometheusPod, database, backup(3), ...policies);
    expect(resultOf(results, 'database')).toMatchObject({ state: 'ok', detail: '1 of 1 instances are ready' });
    expect(resultOf(results, 'backups')).toMatchObject({ state: 'ok', detail: 'the last dump is 3.0 hours old' });
    expect(resultOf(results, 'firewall')).toMatchObject({ state: 'ok' });
  });

  test('fails each item that is wrong, with the cause and the fix', async () => {
    const { SECRET_KEY: _, ...incomplete } = valid;
    const stopped = { ...database, status: { readyReplicas: 0 } };
    const results = await preflight(secret({ ...incomplete, REDIS_URL: '' }), stopped, backup(40), ...policies.slice(1));
    expect(results.filter(({ state }) => state === 'failed').map(({ item, detail }) => [item, detail])).toEqual([
      ['variables', 'REDIS_URL empty'],
      ['certificate', `there is no Secret ${names.tls}`],
      ['keys', 'SECRET_KEY missing'],
      ['database', `0 of 1 instances of StatefulSet/${names.postgres} are ready`],
      ['monitoring', `there is no pod prometheus-0 in ${monitoring.namespace}`],
      ['backups', 'the last backup is 40 hours old'],
      ['firewall', `missing network policies: ${policies[0]?.metadata.name}`],
    ]);
    expect(results.filter(({ state, remedy }) => state === 'failed' && !remedy)).toEqual([]);
  });

  test('of CloudNativePG reads the time of the last base backup, which archived WAL does not replace', async () => {
    const database = databaseFor('production');
    const operated = object('postgresql.cnpg.io/v1', 'Cluster', names.postgres, {
      status: { conditions: [{ type: 'ContinuousArchiving', status: 'True' }] },
    });
    const store = (status: object) => object('barmancloud.cnpg.io/v1', 'ObjectStore', names.postgres, { status });
    const backups = (status: object) =>
      runChecklist(preflightItems, clusterPreflight(targetWith([operated, store(status)], { ...local, database })), signal).then(
        (results) => resultOf(results, 'backups'),
      );
    const last = (hoursAgo: number) => ({ lastSuccessfulBackupTime: new Date(Date.now() - hoursAgo * 3_600_000).toISOString() });
    expect(await backups({})).toMatchObject({ state: 'failed', detail: 'no base backup has succeeded yet' });
    expect(await backups({ serverRecoveryWindow: { other: last(2) } })).toMatchObject({ state: 'failed' });
    expect(await backups({ serverRecoveryWindow: { [names.postgres]: last(40) } })).toMatchObject({
      state: 'failed',
      detail: 'the last base backup is 40 hours old',
    });
    expect(await backups({ serverRecoveryWindow: { [names.postgres]: last(2) } })).toMatchObject({
      state: 'ok',
      detail: expect.stringContaining('the last base backup is 2.0 hours old'),
    });
  });

  test('fails the monitoring if Prometheus sends alerts to no Alertmanager', async () => {
    prometheus.alertmanagers = [];
    const results = await preflight(secret(valid), prometheusPod);
    prometheus.alertmanagers = ['http://alertmanager:9093'];
    expect(resultOf(results, 'monitoring')).toMatchObject({ state: 'failed', detail: expect.stringContaining('no person is notified') });
  });
});

test('postflight of an environment without a release fails what needs one, and measures no objectives without requests', async () => {
  const results = await runChecklist(postflightItems, clusterPostflight(targetWith([prometheusPod, grafanaPod])), signal);
  expect(statesOf(results)).toEqual({
    health: 'failed',
    metrics: 'failed',
    dashboards: 'not checkable',
    alerts: 'failed',
    logs: 'failed',
    objectives: 'not checkable',
    security: 'failed',
    documentation: 'failed',
  });
  expect(resultOf(results, 'health')).toMatchObject({ detail: 'no good release was deployed yet', remedy: 'leyenda deploy' });
});

test('postflight lists the dashboards with the password of Grafana, and fails without one', async () => {
  const data = { GF_SECURITY_ADMIN_PASSWORD: Buffer.from('password').toString('base64') };
  const password = object('v1', 'Secret', names.monitoring, { data }, monitoring.namespace);
  const dashboards = (...live: readonly KubeObject[]) => clusterPostflight(targetWith([grafanaPod, ...live])).dashboards();
  await expect(clusterPostflight(targetWith([password])).dashboards()).rejects.toThrow(
    `there is no pod grafana-0 in ${monitoring.namespace}`,
  );
  expect(await dashboards(password)).toBe('Grafana answers, and has 1 dashboards');
  await expect(dashboards()).rejects.toThrow(NotCheckable);
  grafana.dashboards = [];
  await expect(dashboards(password)).rejects.toThrow('Grafana has no dashboard');
});

test('postflight reads the log of a ready pod', async () => {
  const endpoint = (name: string, ready: boolean) => ({ targetRef: { name }, conditions: { ready } });
  const slice = object('discovery.k8s.io/v1', 'EndpointSlice', 'api-1', {
    endpoints: [endpoint('api-old', false), endpoint('api-new', true)],
  });
  const labelled = { ...slice, metadata: { ...slice.metadata, labels: { 'kubernetes.io/service-name': names.services.api } } };
  expect(await clusterPostflight(targetWith([labelled])).logs()).toBe('the last 1 lines of api-new are JSON');
});
