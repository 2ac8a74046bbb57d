import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ports } from '../../contract/ports.ts';
import { localDatabase } from '../../manifests/constructs/local-database.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { listAt, textAt } from '../values/json.ts';
import { rehearsedEnvironments } from './environments.ts';
import { run } from './programs.ts';

/** What an administrator does once before the first deploy: the platform chart, the Secret, and a certificate. */
export async function preparePlatform(): Promise<void> {
  for (const environment of rehearsedEnvironments) {
    const charts = synthesizeEnvironment(environment);
    const items = charts.filter(({ chart }) => chart === 'platform').flatMap(({ objects }) => objects);
    await run('kubectl', ['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: listOf(items) });
    const missing = (await Promise.all([secretsOf(environment), certificateOf(environment)].map(unlessPresent))).flat();
    if (missing.length > 0) await run('kubectl', ['create', '-f', '-'], { input: listOf(missing) });
  }
}

const listOf = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

interface Secret {
  readonly type: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly stringData: Readonly<Record<string, string>>;
}

/** An existing Secret is kept: the database has its password. */
async function unlessPresent(wanted: Promise<Secret>): Promise<object[]> {
  const { metadata, ...rest } = await wanted;
  const found = await run('kubectl', ['get', 'secret', metadata.name, '-n', metadata.namespace, '--ignore-not-found', '-o', 'name']);
  return found === '' ? [{ apiVersion: 'v1', kind: 'Secret', metadata, ...rest }] : [];
}

async function secretsOf({ namespace, names }: Environment): Promise<Secret> {
  const password = randomBytes(16).toString('hex');
  return {
    type: 'Opaque',
    metadata: { name: names.secrets, namespace },
    stringData: {
      POSTGRES_PASSWORD: password,
      DATABASE_URL: `postgresql://${localDatabase.user}:${password}@${names.postgres}:${ports.postgres}/${localDatabase.database}`,
      REDIS_URL: `redis://${names.redis}:${ports.redis}/0`,
      SECRET_KEY: randomBytes(32).toString('hex'),
      VALID_API_KEYS: randomBytes(24).toString('hex'),
      FIRST_ADMIN_PASSWORD: randomBytes(24).toString('hex'),
    },
  };
}

async function certificateOf({ namespace, names, edge }: Environment): Promise<Secret> {
  const folder = await mkdtemp(join(tmpdir(), 'leyenda-rehearsal-'));
  const files = { key: join(folder, 'tls.key'), certificate: join(folder, 'tls.crt') };
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const out = ['-keyout', files.key, '-out', files.certificate];
  await run('openssl', ['req', '-x509', '-days', '7', ...curve, '-subj', `/CN=${edge.host}`, ...out]);
  const [key, certificate] = await Promise.all([readFile(files.key, 'utf8'), readFile(files.certificate, 'utf8')]);
  await rm(folder, { recursive: true });
  return {
    type: 'kubernetes.io/tls',
    metadata: { name: names.tls, namespace },
    stringData: { 'tls.key': key, 'tls.crt': certificate },
  };
}

/** A token of the deployer of the environment that a job of this GitHub environment works in; `staging-watch` watches `staging`. */
export async function deployerToken(gitHubEnvironment: string): Promise<string> {
  const environment = rehearsedEnvironments.find(({ name }) => gitHubEnvironment === name || gitHubEnvironment === `${name}-watch`);
  if (environment === undefined) throw new Error(`no environment ${gitHubEnvironment} is rehearsed`);
  const { namespace, names } = environment;
  return (await run('kubectl', ['create', 'token', names.deployer, '--namespace', namespace, '--duration', '600s'])).trim();
}

/** The variables of the GitHub environments, from the current context of KUBECONFIG. */
export async function clusterVariables(): Promise<Readonly<Record<string, string>>> {
  const config: unknown = JSON.parse(await run('kubectl', ['config', 'view', '--raw', '--minify', '--flatten', '-o', 'json']));
  const of = (key: string) => textAt(listAt(config, 'clusters')[0], 'cluster', key) ?? '';
  return {
    CLUSTER_SERVER: of('server'),
    CLUSTER_CA: of('certificate-authority-data'),
    CLUSTER_AUDIENCE: 'https://kubernetes.rehearsal.example.com',
    STAGING_CLUSTER: 'oidc',
    PRODUCTION_CLUSTER: 'oidc',
  };
}
