/**
 * Logs a deploy job in to its cluster with an OIDC token of GitHub: no kubeconfig and no token is stored as a secret.
 *   node oidc-kubeconfig.ts write FILE   writes a kubeconfig with this program as the credential plugin of the user
 *   node oidc-kubeconfig.ts token        prints a new token as an ExecCredential
 * Tokens expire within minutes and a rollout may take longer, so the client requests a new one when a token expires.
 * Runs without packages: a job with id-token: write installs none.
 */
import { writeFile } from 'node:fs/promises';

type Env = Readonly<Record<string, string | undefined>>;
const apiVersion = 'client.authentication.k8s.io/v1';
/** Seconds before its expiry in which a token is replaced. */
const marginSeconds = 30;

/** @throws with the name of every missing variable */
function settings<N extends string>(env: Env, names: readonly N[]): (name: N) => string {
  const missing = names.filter((name) => (env[name] ?? '') === '');
  if (missing.length > 0) throw new Error(`not set: ${missing.join(', ')}`);
  return (name) => env[name] ?? '';
}

/**
 * @param env CLUSTER_SERVER (https URL, with a path behind a proxy such as Rancher), CLUSTER_CA (PEM, base64), CLUSTER_AUDIENCE: variables of the GitHub environment, not secret
 * @returns a kubeconfig as JSON, which is YAML too
 */
function kubeconfig(env: Env): string {
  const value = settings(env, ['CLUSTER_SERVER', 'CLUSTER_CA', 'CLUSTER_AUDIENCE']);
  const server = new URL(value('CLUSTER_SERVER'));
  if (server.protocol !== 'https:') throw new Error(`CLUSTER_SERVER must be an https URL, not ${server.protocol}//`);
  const name = 'cluster';
  const exec = {
    apiVersion,
    command: process.execPath,
    args: [import.meta.filename, 'token'],
    env: [{ name: 'CLUSTER_AUDIENCE', value: value('CLUSTER_AUDIENCE') }],
    interactiveMode: 'Never',
  };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server: server.href.replace(/\/$/, ''), 'certificate-authority-data': value('CLUSTER_CA') } }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

/**
 * Requests a token for the audience of the cluster; its subject contains the repository and the environment.
 * @throws if the job has no id-token: write, or the response contains no token
 */
async function credential(env: Env): Promise<string> {
  const value = settings(env, ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'CLUSTER_AUDIENCE']);
  const url = new URL(value('ACTIONS_ID_TOKEN_REQUEST_URL'));
  url.searchParams.set('audience', value('CLUSTER_AUDIENCE'));
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${value('ACTIONS_ID_TOKEN_REQUEST_TOKEN')}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`GitHub returned ${response.status} for the request of a token`);
  const body: unknown = await response.json();
  const token = textAt(body, 'value');
  const expirationTimestamp = new Date((expiryOf(token) - marginSeconds) * 1000).toISOString();
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token, expirationTimestamp } });
}

/** Seconds since 1970 (RFC 7519, `exp`). */
function expiryOf(token: string): number {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  if (typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number') return claims.exp;
  throw new Error('the token has no exp claim');
}

function textAt(value: unknown, key: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof found !== 'string') throw new Error(`the response of GitHub has no ${key}`);
  return found;
}

if (import.meta.main) {
  const [mode, file] = process.argv.slice(2);
  if (mode === 'token') process.stdout.write(await credential(process.env));
  else if (mode === 'write' && file !== undefined) await writeFile(file, kubeconfig(process.env), { mode: 0o600, flag: 'wx' });
  else throw new Error('usage: oidc-kubeconfig.ts write FILE | token');
}
