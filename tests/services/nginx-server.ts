import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderNginx } from '../../manifests/targets/nginx/render.ts';
import type { NginxTarget } from '../../manifests/targets/nginx/target.ts';
import { findOnPath, freePort, waitForPort } from './servers.ts';

/** Debian installs it in a folder that only root has in PATH. */
const bin = findOnPath('nginx') ?? findOnPath('nginx', '/usr/sbin');

/** Whether nginx is installed; if not, prints the reason on standard error. */
export function nginxInstalled(): boolean {
  if (bin === undefined) console.error('skipped: install nginx (nginx-light of Debian)');
  return bin !== undefined;
}

/** Creates a working folder of nginx with a certificate for `name`. */
function createHome(name: string): string {
  const home = mkdtempSync(join(tmpdir(), 'leyenda-nginx-'));
  // The workers do not run as root.
  chmodSync(home, 0o755);
  mkdirSync(join(home, 'static'));
  const files = ['-keyout', join(home, 'key.pem'), '-out', join(home, 'certificate.pem')];
  const request = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  ];
  execFileSync('openssl', [...request, '-addext', `subjectAltName=DNS:${name}`, ...files], { stdio: 'ignore' });
  return home;
}

/** The target with files below `home` and upstreams on loopback. */
function localize<U extends string>(target: NginxTarget<U>, home: string, changes: Partial<NginxTarget>): NginxTarget {
  const { tls, staticFiles } = target;
  return {
    ...target,
    upstreams: Object.fromEntries(Object.keys(target.upstreams).map((name) => [name, ['127.0.0.1:9']])),
    ...(tls ? { tls: { certificate: `${home}/certificate.pem`, key: `${home}/key.pem` } } : {}),
    ...(staticFiles ? { staticFiles: { ...staticFiles, folder: `${home}/static/` } } : {}),
    files: { pid: `${home}/pid`, accessLog: `${home}/access.log`, errorLog: `${home}/error.log`, temporary: home },
    ...changes,
  };
}

const argumentsFor = (home: string) => ['-p', home, '-c', join(home, 'nginx.conf'), '-g', 'daemon off;'];

/** The errors of `nginx -t`; empty if the configuration is valid. */
export function validateConfiguration(target: NginxTarget): string {
  const home = createHome('localhost');
  writeFileSync(join(home, 'nginx.conf'), renderNginx(localize(target, home, {})));
  const { status, stderr } = spawnSync(bin ?? '', ['-t', '-q', ...argumentsFor(home)], { encoding: 'utf8' });
  rmSync(home, { recursive: true });
  return status === 0 ? stderr : `status ${status}: ${stderr}`;
}

/** Starts nginx for a target on free ports of loopback. */
export async function startNginx(target: NginxTarget, changes: Partial<NginxTarget>) {
  const listen = { http: await freePort(), https: await freePort(), address: '127.0.0.1' };
  const { serverNames } = { ...target, ...changes };
  const home = createHome(Array.isArray(serverNames) ? serverNames[0] : 'localhost');
  writeFileSync(join(home, 'nginx.conf'), renderNginx(localize(target, home, { listen, ...changes })));
  const child: ChildProcess = spawn(bin ?? '', argumentsFor(home), { stdio: 'inherit' });
  await waitForPort(listen.http, child);
  return {
    ...listen,
    home,
    log: () => readFileSync(join(home, 'access.log'), 'utf8'),
    async end() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
      rmSync(home, { recursive: true });
    },
  };
}
