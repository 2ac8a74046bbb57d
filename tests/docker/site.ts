import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createNginxClient } from '../services/nginx-client.ts';
import { run } from './docker.ts';

const root = join(import.meta.dirname, '../..');
export const host = 'api.example.com';

/** Substitutes for images of registries: text in a Compose file or in the Dockerfile → text. */
const substitutes: Readonly<Record<string, string>> = JSON.parse(process.env.DOCKER_TEST_SUBSTITUTES ?? '{}');
/** Services without a substitute. */
export const leftOut = (process.env.DOCKER_TEST_LEFT_OUT ?? '').split(' ').filter((name) => name !== '');

const withSubstitutes = (text: string) => Object.entries(substitutes).reduce((left, [from, to]) => left.replaceAll(from, to), text);

/** The substitute of an image, or the image itself. */
export const substituteOf = (image: string): string => substitutes[image] ?? image;

/** A certificate for host names, with a key that the users of containers can read. */
export function createCertificate([name = '', ...more]: readonly string[], certificate: string, key: string): void {
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${[name, ...more].map((each) => `DNS:${each}`).join(',')}`];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...curve, '-days', '90', ...subject, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  chmodSync(key, 0o644);
}

/** A copy of the repository's files in a folder of its own, with substitutes, secrets and an environment file. */
export function createSite(
  environment: 'local' | 'staging' | 'production',
  change: (text: string, file: string) => string = (text) => text,
) {
  const folder = mkdtempSync(join(tmpdir(), `leyenda-${environment}-`));
  for (const path of execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  for (const file of ['Dockerfile', ...['', '.staging', '.production', '.cloud', '.monitoring'].map((name) => `compose${name}.yaml`)]) {
    const path = join(folder, file);
    writeFileSync(path, change(withSubstitutes(readFileSync(path, 'utf8')), file));
  }
  execFileSync('sh', ['compose/secrets.sh', environment], { cwd: folder, stdio: 'ignore' });
  const secrets = join(folder, '.secrets', environment);
  const certificate = join(secrets, 'TLS_CERTIFICATE');
  createCertificate([host], certificate, join(secrets, 'TLS_KEY'));
  copyFileSync(certificate, join(folder, 'certificate.pem'));

  const files = environment === 'local' ? [] : ['--env-file', `.env.${environment}`, '--file', `compose.${environment}.yaml`];
  const { LEYENDA_IMAGE: _, ...env } = process.env;
  const compose = (...args: readonly string[]) => run('docker', ['compose', ...files, ...args], { cwd: folder, env });
  const { send } = createNginxClient({ http: environment === 'production' ? 80 : 8080, https: 443, home: folder }, host);
  const secret = (name: string) => readFileSync(join(secrets, name), 'utf8').trim();
  return {
    folder,
    compose,
    send,
    secret,
    /** Names of the running containers of a service. */
    containers: async (service: string) => (await compose('ps', '--format', '{{.Name}}', service)).split('\n').filter(Boolean).sort(),
    /** Writes the environment file: its example, with these values. */
    pin(image: string) {
      const values = { LEYENDA_IMAGE: image, LEYENDA_HOST: host, CORS_ORIGINS: 'https://example.com', BACKUP_RECIPIENT: 'none' };
      const example = readFileSync(join(folder, `.env.${environment}.example`), 'utf8');
      const text = Object.entries(values).reduce(
        (file, [name, value]) => file.replace(new RegExp(`^#?${name}=.*$`, 'm'), `${name}=${value}`),
        example,
      );
      writeFileSync(join(folder, `.env.${environment}`), text);
    },
    /** Removes everything. */
    async close() {
      await compose('down', '--volumes', '--remove-orphans', '--timeout', '5');
      rmSync(folder, { recursive: true });
    },
  };
}
export type Site = ReturnType<typeof createSite>;

const json = { 'Content-Type': 'application/json' };

/** Logs the first administrator in. @returns the headers of its requests */
export async function login({ send, secret }: Site, tls: boolean): Promise<Readonly<Record<string, string>>> {
  const body = JSON.stringify({ username: 'admin', password: secret('FIRST_ADMIN_PASSWORD') });
  const answer = await send('/auth/login', { method: 'POST', headers: json, body, tls });
  if (answer.status !== 200) throw new Error(`login: ${answer.status} ${answer.body}`);
  return { ...json, Authorization: `Bearer ${JSON.parse(answer.body).access_token}` };
}

/** Requests a caption through the proxy. */
export async function generate({ send }: Site, headers: Readonly<Record<string, string>>, tls: boolean): Promise<string> {
  const body = JSON.stringify({
    content_description: 'A quiet harbour at dawn',
    style: 'casual',
    audience: 'general',
    client_id: 'test-client',
  });
  const answer = await send('/api/v4/generate', { method: 'POST', headers, body, tls });
  if (answer.status !== 200) throw new Error(`generate: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body).caption;
}

/** Containers that are not healthy, of `docker compose ps --all`. */
export async function unhealthy({ compose }: Site): Promise<readonly string[]> {
  const lines = (await compose('ps', '--all', '--format', '{{.Service}} {{.State}} {{.Health}} {{.ExitCode}}')).split('\n');
  return lines.filter((line) => !line.endsWith('running healthy 0') && !line.startsWith('migrate exited  0'));
}
