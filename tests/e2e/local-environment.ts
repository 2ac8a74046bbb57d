import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { monitoringRoleSql } from '../../contract/monitoring.ts';
import { ports } from '../../contract/ports.ts';
import { metadataKeys, names } from '../../contract/product.ts';
import { adminCharts } from '../../manifests/chart-names.ts';
import { localDatabase } from '../../manifests/constructs/local-database.ts';
import { local } from '../../manifests/environments/local.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { apiKey, becomeDeployer, getJson, kubectl, kubectlResult, leyenda, namespace, run } from './cluster.ts';

/** Components whose images cannot be had: `tests/e2e/prepare` names them. */
export const leftOut = (process.env.E2E_LEFT_OUT ?? '').split(' ').filter((name) => name !== '');

const out = mkdtempSync(join(tmpdir(), 'leyenda-synth-'));

/** Writes the manifests of `local` and gives their folder. */
export async function synthLocal(image: string): Promise<string> {
  const { code, stderr } = await leyenda('synth', 'local', '--image', image, '--out', out);
  if (code !== 0) throw new Error(stderr);
  return join(out, 'local');
}

/** The steps of an administrator before the first deploy (`docs/release.md`); repeating them changes nothing. */
export async function givePlatform(image: string): Promise<void> {
  const folder = await synthLocal(image);
  const there = leftOut.length > 0 ? ['-l', `${metadataKeys.component} notin (${leftOut.join(', ')})`] : [];
  for (const chart of adminCharts.map((name) => join(folder, `${name}.yaml`)).filter(existsSync))
    await kubectl(['apply', '--server-side', '-f', chart, ...there]);
  await becomeDeployer();
  const isThere = async (secret: string) => (await kubectlResult(['get', 'secret', secret, '-n', namespace])).code === 0;
  if (!(await isThere(names.secrets))) await createSecret();
  if (!(await isThere(names.tls))) await createCertificate();
  await createMonitoringSecret();
}

const monitoringPassword = 'e2e-monitoring-password';

/** The Secret of the monitoring stack. */
async function createMonitoringSecret(): Promise<void> {
  const [secret, there] = [names.monitoring, ['-n', local.monitoring.namespace]];
  if ((await kubectlResult(['get', 'secret', secret, ...there])).code === 0) return;
  await kubectl(['create', 'secret', 'generic', secret, ...there, `--from-literal=POSTGRES_MONITORING_PASSWORD=${monitoringPassword}`]);
}

/** Creates the role of postgres_exporter. */
export async function createMonitoringRole(): Promise<void> {
  const psql = ['psql', '--username', localDatabase.user, '--set', `password=${monitoringPassword}`];
  await kubectl(['exec', '-i', '-n', namespace, `${names.postgres}-0`, '--', ...psql], monitoringRoleSql);
}

/** A self-signed certificate, for environments without an issuer. */
async function createCertificate(): Promise<void> {
  const [key, certificate] = [join(out, 'tls.key'), join(out, 'tls.crt')];
  const { host } = local.edge;
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const made = await run('openssl', ['req', '-x509', '-days', '90', ...curve, ...subject, '-keyout', key, '-out', certificate]);
  if (made.code !== 0) throw new Error(made.stderr);
  await kubectl(['create', 'secret', 'tls', names.tls, '-n', namespace, `--key=${key}`, `--cert=${certificate}`]);
}

/** The certificate of the edge, for TLS clients. */
export async function edgeCertificate(): Promise<string> {
  const { data } = await getJson('secret', names.tls, '-n', namespace);
  return Buffer.from(data['tls.crt'], 'base64').toString();
}

/** Of the user admin, which the first migration creates. */
export const adminPassword = 'e2e-administrator-password';

async function createSecret(): Promise<void> {
  const password = 'e2e-database-password';
  const values = {
    POSTGRES_PASSWORD: password,
    DATABASE_URL: `postgresql://${localDatabase.user}:${password}@${names.postgres}:${ports.postgres}/${localDatabase.database}`,
    REDIS_URL: `redis://${names.redis}:${ports.redis}/0`,
    SECRET_KEY: randomBytes(32).toString('hex'),
    VALID_API_KEYS: apiKey,
    FIRST_ADMIN_PASSWORD: adminPassword,
  };
  const literals = Object.entries(values).map(([name, value]) => `--from-literal=${name}=${value}`);
  await kubectl(['create', 'secret', 'generic', names.secrets, '-n', namespace, ...literals]);
}

/** Deploys `local` with the deployer's rights, and gives the tool's report. */
export async function deploy(image: string, ...rest: string[]) {
  const result = await leyenda('deploy', 'local', '--image', image, '--json', ...rest);
  const report = JSON.parse(result.stdout);
  if (!report.seconds) throw new Error(`leyenda deploy returned ${result.stdout}${result.stderr}`.slice(0, 2000));
  return { ...result, report };
}

/** As `deploy`; an end other than a deployed release fails with what the tool says. */
export async function deployed(image: string) {
  const { code, report, stderr } = await deploy(image);
  expect({ code, stderr: code === exitCodes.ok ? '' : stderr }).toEqual({ code: exitCodes.ok, stderr: '' });
  return report;
}

/** The complete environment, in any initial state. */
export async function givenLocal(image: string): Promise<void> {
  await givePlatform(image);
  await deployed(image);
}
