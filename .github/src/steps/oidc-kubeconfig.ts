/**
 * Logs a deploying job in to its cluster by GitHub's OIDC token: no kubeconfig and no token is stored anywhere.
 *   node oidc-kubeconfig.ts write FILE   a kubeconfig whose user is this program
 *   node oidc-kubeconfig.ts token        a fresh token, as Kubernetes' client asks credential plugins for it
 * A token lives for minutes and a rollout may take longer, so the client asks again whenever one expires.
 * Runs without packages: the job that holds the right to ask for tokens installs none.
 */
import { writeFile } from 'node:fs/promises';

type Env = Readonly<Record<string, string | undefined>>;
const apiVersion = 'client.authentication.k8s.io/v1';
/** Seconds before its end at which a token is replaced. */
const marginSeconds = 30;

/** @throws naming every variable that is missing */
function settings<N extends string>(env: Env, names: readonly N[]): (name: N) => string {
  const missing = names.filter((name) => (env[name] ?? '') === '');
  if (missing.length > 0) throw new Error(`not set: ${missing.join(', ')}`);
  return (name) => env[name] ?? '';
}

/**
 * @param env CLUSTER_SERVER (https URL), CLUSTER_CA (PEM, base64), CLUSTER_AUDIENCE: settings of the GitHub environment, not secret
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
    clusters: [{ name, cluster: { server: server.origin, 'certificate-authority-data': value('CLUSTER_CA') } }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

/**
 * Asks GitHub for a token for the cluster's audience; its subject names the repository and the environment.
 * @throws when the job may not ask, or GitHub does not answer with a token
 */
async function credential(env: Env): Promise<string> {
  const value = settings(env, ['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'CLUSTER_AUDIENCE']);
  const url = new URL(value('ACTIONS_ID_TOKEN_REQUEST_URL'));
  url.searchParams.set('audience', value('CLUSTER_AUDIENCE'));
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${value('ACTIONS_ID_TOKEN_REQUEST_TOKEN')}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`GitHub answered the request for a token with ${response.status}`);
  const answer: unknown = await response.json();
  const token = textAt(answer, 'value');
  const expirationTimestamp = new Date((expiryOf(token) - marginSeconds) * 1000).toISOString();
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token, expirationTimestamp } });
}

/** Seconds since 1970 (RFC 7519, `exp`). */
function expiryOf(token: string): number {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  if (typeof claims === 'object' && claims !== null && 'exp' in claims && typeof claims.exp === 'number') return claims.exp;
  throw new Error('the token does not say when it expires');
}

function textAt(value: unknown, key: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof found !== 'string') throw new Error(`GitHub's answer has no ${key}`);
  return found;
}

if (import.meta.main) {
  const [mode, file] = process.argv.slice(2);
  if (mode === 'token') process.stdout.write(await credential(process.env));
  else if (mode === 'write' && file !== undefined) await writeFile(file, kubeconfig(process.env), { mode: 0o600, flag: 'wx' });
  else throw new Error('usage: oidc-kubeconfig.ts write FILE | token');
}
