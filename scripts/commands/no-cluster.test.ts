import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exitCodes } from '../cli/exit-codes.ts';
import { loadCommands } from '../cli/load-commands.ts';
import { runLeyenda } from '../run-leyenda.ts';

const image = `ghcr.io/example/app@sha256:${'a'.repeat(64)}`;
/** Every command that connects to a cluster. */
const commandLines = [
  `diff local --image ${image}`,
  `deploy local --image ${image}`,
  `deploy local --image ${image} --dry-run`,
  'admin reset-password --environment local',
  ...['status', 'history', 'drift', 'gc', 'verify', 'rollback', 'secrets check', 'slo', 'preflight', 'postflight'].map(
    (command) => `${command} local`,
  ),
];

/** Runs a command line. */
async function leyenda(typed: string) {
  const written = { stdout: '', stderr: '' };
  const streams = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
    terminal: false,
  };
  const exitCode = await runLeyenda(typed.split(' '), streams, { signal: new AbortController().signal, env: {} });
  return { exitCode, ...written };
}

const folder = mkdtempSync(join(tmpdir(), 'leyenda-kubeconfig-'));
const servers: Server[] = [];
const saved = { KUBECONFIG: process.env.KUBECONFIG, HOME: process.env.HOME };
beforeAll(() => {
  process.env.HOME = folder;
});
afterAll(() => {
  process.env.HOME = saved.HOME;
  if (saved.KUBECONFIG === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = saved.KUBECONFIG;
  for (const server of servers) server.closeAllConnections() ?? server.close();
  rmSync(folder, { recursive: true });
});

let files = 0;
/** Writes a kubeconfig file with this text. */
function file(text: string): string {
  files += 1;
  const path = join(folder, `config-${files}`);
  writeFileSync(path, text);
  return path;
}
interface Overrides {
  readonly server?: string;
  readonly current?: string | undefined;
  readonly cluster?: object;
  readonly user?: object;
  readonly context?: object;
}
/** A valid kubeconfig with these overrides. */
const config = ({ server = 'https://127.0.0.1:1', current = 'c', cluster = {}, user = { token: 't' }, context = {} }: Overrides) =>
  file(
    JSON.stringify({
      'current-context': current,
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u', ...context } }],
      clusters: [{ name: 'k', cluster: { server, ...cluster } }],
      users: [{ name: 'u', user }],
    }),
  );

/** A kubeconfig of a server with this response to every request. */
async function serverWith(status: number, body: string): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port }: Pick<AddressInfo, 'port'> = Object(server.address());
  return config({ server: `http://127.0.0.1:${port}`, cluster: { 'insecure-skip-tls-verify': true }, user: {} });
}
const status = (code: number, message: string) => JSON.stringify({ kind: 'Status', code, message, reason: 'X' });

const expired = `-----BEGIN CERTIFICATE-----
MIIBCzCBsgIBATAKBggqhkjOPQQDAjASMRAwDgYDVQQDDAdzb21lb25lMB4XDTIw
MDEwMTAwMDAwMFoXDTIwMDEwMjAwMDAwMFowEjEQMA4GA1UEAwwHc29tZW9uZTBZ
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABIN0r4P7vpGyHwAODdZM0t59dGzjez2u
YtW4Cdh+8Wh1Pz5s6l01uArUe0P+pw4q4lHwyJCIpz1bdkbCxlis188wCgYIKoZI
zj0EAwIDSAAwRQIgALHmSrJoN3kHrKVNj7SqSCPku4jmv9WHzqFjl+fSnEUCIQCe
lJGpnBEPPHY0Tk8Wk/SaD+XiT/GqQsViA66nluv7Xg==
-----END CERTIFICATE-----
`;
const base64 = (text: string) => Buffer.from(text).toString('base64');
const exec = (command: string, args: readonly string[] = [], rest: object = {}) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args, ...rest },
});

const { usage, rejected } = exitCodes;
type Case = readonly [what: string, kubeconfig: () => string | Promise<string>, exitCode: number, says: RegExp];
const cases: readonly Case[] = [
  ['no cluster is configured', () => '', usage, /^no cluster is configured; set KUBECONFIG to a kubeconfig file$/],
  ['the file does not exist', () => join(folder, 'absent'), usage, /absent does not exist; set KUBECONFIG/],
  ['the file is a directory', () => folder, usage, /kubeconfig-\w+ is a directory; set/],
  ['the file is empty', () => file(' \n'), usage, /is empty; set KUBECONFIG/],
  [
    'the file is not YAML, without quoting it',
    () => file('users: {\n  token: s3cret'),
    usage,
    /is not a kubeconfig: (?!.*s3cret).*\(line \d\); set/,
  ],
  ['the file is text', () => file('hello'), usage, /has no current-context; set KUBECONFIG/],
  [
    'the file has a cluster without a server',
    () => file('clusters: [{name: a, cluster: {}}]'),
    usage,
    /clusters\[0\]\.cluster\.server is missing; set/,
  ],
  [
    'the current-context is missing',
    () => config({ current: '' }),
    usage,
    /has no current-context; run: kubectl config use-context c \(contexts: c\)$/,
  ],
  [
    'the current-context does not exist',
    () => config({ current: 'x' }),
    usage,
    /current context x is not in .*; run: kubectl config use-context c/,
  ],
  [
    'the context has no such cluster',
    () => config({ context: { cluster: 'z' } }),
    usage,
    /context c refers to cluster z, which is not in .*; add the cluster/,
  ],
  [
    'the context has no such user',
    () => config({ context: { user: 'z' } }),
    usage,
    /context c refers to user z, which is not in .*; add the user/,
  ],
  [
    'the server is not a URL',
    () => config({ server: 'cluster.example' }),
    usage,
    /server cluster\.example, which is not a URL; give it as https:/,
  ],
  ['the server is http', () => config({ server: 'http://h:1' }), usage, /server http:\/\/h:1 of cluster k is not https.*; use https/],
  [
    'the CA file is missing',
    () => config({ cluster: { 'certificate-authority': 'no.crt' } }),
    usage,
    /certificate authority of cluster k, .*no\.crt, cannot be read \(ENOENT\); correct/,
  ],
  [
    'the CA is not PEM',
    () => config({ cluster: { 'certificate-authority-data': base64('x') } }),
    usage,
    /certificate authority of cluster k is not valid PEM; renew/,
  ],
  [
    'the client certificate is expired',
    () => config({ user: { 'client-certificate-data': base64(expired) } }),
    usage,
    /client certificate of user u expired on 2020-01-02; renew the credentials/,
  ],
  [
    'the client certificate file is missing',
    () => config({ user: { 'client-certificate': 'no.crt' } }),
    usage,
    /client certificate of user u, .*no\.crt, cannot be read \(ENOENT\); correct/,
  ],
  [
    'the client certificate is not PEM',
    () => config({ user: { 'client-certificate-data': base64('x') } }),
    usage,
    /client certificate of user u is not valid PEM; renew/,
  ],
  [
    'the credential plugin is not installed',
    () => config({ user: exec('no-such-plugin') }),
    usage,
    /plugin no-such-plugin of user u is not installed; install no-such-plugin/,
  ],
  [
    'the credential plugin fails',
    () => config({ user: exec('sh', ['-c', 'echo you must log in >&2; exit 1']) }),
    usage,
    /plugin sh of user u failed: you must log in; log in/,
  ],
  [
    'the credential plugin prints other text',
    () => config({ user: exec('echo', ['hi']) }),
    usage,
    /plugin echo of user u failed: it printed no ExecCredential; log in/,
  ],
  [
    'the connection is refused',
    () => config({}),
    rejected,
    /API server https:\/\/127\.0\.0\.1:1 refused the connection; check the server address/,
  ],
  [
    'the host is unknown',
    () => config({ server: 'https://cluster.invalid:6443' }),
    rejected,
    /API server https:\/\/cluster\.invalid:6443 has (?:an unknown host name|a host name that cannot be resolved now); (?:correct|check)/,
  ],
  [
    'the user has no credentials',
    () => serverWith(401, status(401, 'Unauthorized')),
    rejected,
    /rejects the credentials: Unauthorized; renew the credentials .*or add them/,
  ],
  [
    'anonymous requests are forbidden',
    () => serverWith(403, status(403, 'User "system:anonymous" cannot get path "/api/v1"')),
    rejected,
    /system:anonymous.*; renew the credentials .*or add them/,
  ],
  [
    'the server is a web site',
    () => serverWith(200, '<html>hello</html>'),
    rejected,
    /is not a Kubernetes API server: (?:GET|POST) \/\S+ returned 200 .*; check the server address/,
  ],
  [
    'the server has no such path',
    () => serverWith(404, '404 page not found'),
    rejected,
    /is not a Kubernetes API server: (?:GET|POST) \/\S+ returned 404 .*; check the server address/,
  ],
];

describe('Every command that connects to a cluster reports the cause and the fix in one line', () => {
  test.each(cases)(
    'when %s',
    async (_what, kubeconfig, exitCode, says) => {
      process.env.KUBECONFIG = await kubeconfig();
      const results = await Promise.all(commandLines.map(async (typed) => ({ typed, ...(await leyenda(typed)) })));
      for (const { typed, exitCode: seen, stderr } of results) {
        expect({ typed, exitCode: seen, lines: stderr.trim().split('\n').length }).toEqual({ typed, exitCode, lines: 1 });
        expect({ typed, line: stderr.trim().replace(/^leyenda: /, '') }).toEqual({ typed, line: expect.stringMatching(says) });
      }
    },
    60_000,
  );

  test('and its manual has the exit code', async () => {
    const connecting = (await loadCommands()).filter(({ name }) => commandLines.some((line) => line.startsWith(name)));
    expect(connecting.filter(({ exits }) => exits.rejected === undefined).map(({ name }) => name)).toEqual([]);
  });
});
