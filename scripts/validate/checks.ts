import { randomUUID } from 'node:crypto';
import { metrics } from '../../contract/metrics.ts';
import { type Client, createClient } from '../../service/client/client.ts';
import { ApiProblem } from '../../service/client/problem.ts';
import { reasonOf } from '../values/reason.ts';
import { type CheckOptions, credentialVariable, type ValidationTarget } from './check.ts';
import { fetchAsHost } from './fetch-as-host.ts';

/** Result of one check. */
export interface CheckResult {
  readonly check: CheckName;
  readonly passed: boolean;
  readonly detail: string;
}
export const checkNames = ['health', 'metrics', 'user', 'cache', 'latency'] as const;
type CheckName = (typeof checkNames)[number];
/** @returns the detail of a successful check. @throws if the check fails */
type Check = (client: Client, options: CheckOptions) => Promise<string>;

const samples = 10;

/** Each response is parsed with the schema of its endpoint. */
const checks: Readonly<Record<CheckName, Check>> = {
  health: async (client, options) => {
    const { status, version } = await client.call('health', options);
    return `/health returns ${status}, version ${version}`;
  },
  metrics: async (client, options) => {
    const name = /^\w*requests_total\b/m.exec(await client.call('metrics', options))?.[0];
    if (name === undefined) throw new Error(`/metrics has no counter that ends in requests_total, such as ${metrics.requests.name}`);
    return `/metrics has ${name}`;
  },
  user: async (client, options) => {
    const name = `validate-${randomUUID().slice(0, 8)}`;
    const body = { username: name, email: `${name}@example.com`, role: 'ReadOnly' as const };
    const { id } = await client.call('createUser', { ...options, body });
    await client.call('deleteUser', { ...options, params: { id } });
    return `POST /users created ${id}, deleted again`;
  },
  cache: async (client, options) => {
    const { kind, connected_clients: clients } = await client.call('cacheStats', options);
    return `/cache/stats returns connected_clients: ${clients ?? `none, because the cache is ${kind}`}`;
  },
  latency: async (client, options) => {
    const startMs = performance.now();
    for (let i = 0; i < samples; i += 1) await client.call('health', options);
    return `${samples} × /health, ${((performance.now() - startMs) / samples).toFixed(1)} ms each`;
  },
};

/** Makes every check, one after the other, even if an earlier one fails. */
export async function validate(target: ValidationTarget): Promise<CheckResult[]> {
  const { baseUrl, host, credential, timeoutSeconds, signal } = target;
  const client = createClient({
    baseUrl,
    retries: 0,
    ...(credential === undefined ? {} : { credential }),
    ...(host === undefined ? {} : { fetch: fetchAsHost(host) }),
  });
  const results: CheckResult[] = [];
  for (const name of checkNames) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    results.push(await resultOf(name, checks[name](client, { timeoutSeconds, signal: limit }), credential));
    signal.throwIfAborted();
  }
  return results;
}

async function resultOf(check: CheckName, outcome: Promise<string>, credential: string | undefined): Promise<CheckResult> {
  try {
    return { check, passed: true, detail: await outcome };
  } catch (error) {
    return { check, passed: false, detail: `${reasonOf(error)}${credentialRemedy(error, credential)}` };
  }
}

/** What to do if the service rejects the credential, or needs one. */
function credentialRemedy(error: unknown, credential: string | undefined): string {
  if (!(error instanceof ApiProblem && (error.code === 'metrics_not_public' || [401, 403].includes(error.status)))) return '';
  const wanted = 'an API key with the permission Admin';
  return credential === undefined ? `; set ${credentialVariable} to ${wanted}` : `; ${credentialVariable} must be ${wanted}`;
}
