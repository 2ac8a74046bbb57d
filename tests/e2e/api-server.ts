import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './cluster.ts';

/** A separate API server with its own etcd on loopback: it runs nothing, and no other trust store changes. */
export interface ApiServer {
  readonly url: string;
  /** PEM of the authority that signed its certificate. */
  readonly authority: string;
  /** Bearer token of the cluster's admin. */
  readonly adminToken: string;
  stop(): Promise<void>;
}

/** Of the environment's variable (KUBE_APISERVER, ETCD), else on PATH. */
export function programs(): { readonly etcd: string; readonly apiServer: string } | { readonly missing: string } {
  const [etcd, apiServer] = [process.env.ETCD ?? onPath('etcd'), process.env.KUBE_APISERVER ?? onPath('kube-apiserver')];
  if (etcd === undefined) return { missing: 'no etcd on PATH, nor named by ETCD' };
  if (apiServer === undefined) return { missing: 'no kube-apiserver on PATH, nor named by KUBE_APISERVER' };
  return spawnSync('openssl', ['version']).error ? { missing: 'no openssl to make certificates' } : { etcd, apiServer };
}

function onPath(name: string): string | undefined {
  const files = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A certificate for the loopback address that signs itself; files `NAME.crt` and `NAME.key` of a folder. */
export async function makeCertificate(folder: string, name: string): Promise<{ readonly certificate: string; readonly key: string }> {
  const [certificate, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const made = await run('openssl', ['req', '-x509', '-days', '2', ...curve, ...subject, '-keyout', key, '-out', certificate]);
  if (made.code !== 0) throw new Error(made.stderr);
  return { certificate, key };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

/**
 * Starts an API server that authenticates by this configuration (`--authentication-config`).
 * @throws with its last words where it does not start within a minute
 */
export async function startApiServer(found: { etcd: string; apiServer: string }, authentication: string): Promise<ApiServer> {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-api-server-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const [clients, peers, port] = [await freePort(), await freePort(), await freePort()];
  const own = await makeCertificate(folder, 'api-server');
  const adminToken = crypto.randomUUID();
  const log: string[] = [];
  let over = false;
  const start = (program: string, args: readonly string[]) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (text) => log.push(String(text)));
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    void ended.then(() => {
      over = true;
    });
    return async () => {
      child.kill('SIGKILL');
      await ended;
    };
  };
  const [store, others] = [`http://127.0.0.1:${clients}`, `http://127.0.0.1:${peers}`];
  const stopEtcd = start(found.etcd, [
    ...['--name=one', `--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=error'],
    ...[`--listen-client-urls=${store}`, `--advertise-client-urls=${store}`],
    ...[`--listen-peer-urls=${others}`, `--initial-advertise-peer-urls=${others}`, `--initial-cluster=one=${others}`],
  ]);
  const stopServer = start(found.apiServer, [
    ...[`--etcd-servers=${store}`, '--bind-address=127.0.0.1', `--secure-port=${port}`, '--endpoint-reconciler-type=none'],
    ...[`--tls-cert-file=${own.certificate}`, `--tls-private-key-file=${own.key}`, '--authorization-mode=RBAC'],
    ...['--service-account-issuer=https://kubernetes.default.svc', `--service-account-signing-key-file=${own.key}`],
    ...[
      `--service-account-key-file=${own.certificate}`,
      '--service-cluster-ip-range=10.96.0.0/16',
      '--disable-admission-plugins=ServiceAccount',
    ],
    `--token-auth-file=${file('tokens.csv', `${adminToken},admin,admin,system:masters\n`)}`,
    `--authentication-config=${file('authentication.yaml', authentication)}`,
  ]);
  const server: ApiServer = {
    url: `https://127.0.0.1:${port}`,
    authority: readFileSync(own.certificate, 'utf8'),
    adminToken,
    async stop() {
      await stopServer();
      await stopEtcd();
      rmSync(folder, { recursive: true });
    },
  };
  const ready = ['get', '--raw=/readyz', '--server', server.url, '--token', adminToken, '--certificate-authority', own.certificate];
  for (const end = Date.now() + 60_000; !over && Date.now() < end; await sleep(200))
    if ((await run('kubectl', ready, { env: { KUBECONFIG: '' } })).code === 0) return server;
  await server.stop();
  throw new Error(`the API server does not start: ${log.join('').slice(-2000)}`);
}
