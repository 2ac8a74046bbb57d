/**
 * Logs a deploy job in to its cluster with an OIDC token of GitHub: no kubeconfig and no token is stored as a secret.
 *   node oidc-kubeconfig.ts write FILE   writes a kubeconfig whose user has a credential plugin, as CLUSTER_LOGIN says
 *   node oidc-kubeconfig.ts github       prints a new token of GitHub as an ExecCredential
 *   node oidc-kubeconfig.ts variable     prints the token in CLUSTER_TOKEN as an ExecCredential
 * Tokens of GitHub expire within minutes and a rollout may take longer, so the client requests a new one when a token expires.
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

/** The credential plugin of a user in a kubeconfig. */
interface Plugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

const thisProgram = (mode: keyof typeof credentials): Pick<Plugin, 'apiVersion' | 'command' | 'args'> => ({
  apiVersion,
  command: process.execPath,
  args: [import.meta.filename, mode],
});

/** By CLUSTER_LOGIN: the plugin, from the variables that it needs. */
const logins = {
  /** The API server accepts the token of GitHub itself. */
  oidc(env: Env): Plugin {
    const value = settings(env, ['CLUSTER_AUDIENCE']);
    return { ...thisProgram('github'), env: [{ name: 'CLUSTER_AUDIENCE', value: value('CLUSTER_AUDIENCE') }] };
  },
  /** The AWS CLI signs a token with the role that an earlier step assumed. */
  eks(env: Env): Plugin {
    const value = settings(env, ['AWS_REGION', 'EKS_CLUSTER']);
    const args = ['eks', 'get-token', '--output', 'json', '--region', value('AWS_REGION'), '--cluster-name', value('EKS_CLUSTER')];
    return { apiVersion: 'client.authentication.k8s.io/v1beta1', command: 'aws', args };
  },
  /** The access token of the service account that an earlier step impersonated; the steps that connect have it in CLUSTER_TOKEN. */
  gke: (): Plugin => thisProgram('variable'),
} as const;
const isLogin = (name: string): name is keyof typeof logins => name in logins;

/**
 * @param env CLUSTER_LOGIN, CLUSTER_SERVER (https URL, may have a path), CLUSTER_CA (PEM, base64) and the variables of the login, not secret
 * @returns a kubeconfig as JSON, which is YAML too
 */
function kubeconfig(env: Env): string {
  const value = settings(env, ['CLUSTER_LOGIN', 'CLUSTER_SERVER', 'CLUSTER_CA']);
  const login = value('CLUSTER_LOGIN');
  if (!isLogin(login)) throw new Error(`the login must be one of ${Object.keys(logins).join(', ')}, not ${login}`);
  const server = new URL(value('CLUSTER_SERVER'));
  if (server.protocol !== 'https:') throw new Error(`CLUSTER_SERVER must be an https URL, not ${server.protocol}//`);
  const name = 'cluster';
  const cluster = { server: server.href.replace(/\/$/, ''), 'certificate-authority-data': value('CLUSTER_CA') };
  const exec = { ...logins[login](env), interactiveMode: 'Never' };
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster }],
    users: [{ name, user: { exec } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

/**
 * Requests a token for the audience of the cluster; its subject contains the repository and the environment.
 * @throws if the job has no id-token: write, or the response contains no token
 */
async function githubCredential(env: Env): Promise<string> {
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

function credentialInVariable(env: Env): string {
  const value = settings(env, ['CLUSTER_TOKEN']);
  return JSON.stringify({ apiVersion, kind: 'ExecCredential', status: { token: value('CLUSTER_TOKEN') } });
}

const credentials = { github: githubCredential, variable: credentialInVariable } as const;

if (import.meta.main) {
  const [mode, file] = process.argv.slice(2);
  if (mode === 'github' || mode === 'variable') process.stdout.write(await credentials[mode](process.env));
  else if (mode === 'write' && file !== undefined) await writeFile(file, kubeconfig(process.env), { mode: 0o600, flag: 'wx' });
  else throw new Error('usage: oidc-kubeconfig.ts write FILE | github | variable');
}
