import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '../../service/client/client.ts';
import { textAt } from '../values/json.ts';
import type { CheckOptions, CheckOutcome, ValidationTarget } from './check.ts';
import { fetchAsHost } from './fetch-as-host.ts';
import { checkMetrics } from './metrics.ts';

/** How one check ended, with what was seen. */
export interface CheckResult {
  readonly check: CheckName;
  readonly passed: boolean;
  /** The check does not apply here; it counts as passed, and `detail` says why. */
  readonly skipped: boolean;
  readonly detail: string;
}
export const checkNames = ['health', 'metrics', 'user', 'cache', 'latency'] as const;
type CheckName = (typeof checkNames)[number];
/** @throws if the answer is not as it should be */
type Check = (client: Client, options: CheckOptions, validated: ValidationTarget) => Promise<CheckOutcome>;

const samples = 10;

/** The checks of guide G3 (row SC-13), in its order. Each answer is read by the endpoint's own schema. */
const checks: Readonly<Record<CheckName, Check>> = {
  health: async (client, options) => {
    const { status, version } = await client.call('health', options);
    return `/health says ${status}, version ${version}`;
  },
  metrics: checkMetrics,
  user: async (client, options) => {
    const name = `validate-${randomUUID().slice(0, 8)}`;
    const body = { username: name, email: `${name}@example.com`, role: 'ReadOnly' as const };
    const { id } = await client.call('createUser', { ...options, body });
    await client.call('deleteUser', { ...options, params: { id } });
    return `POST /users gave ${id}, which is removed again`;
  },
  cache: async (client, options) => {
    const { kind, connected_clients: clients } = await client.call('cacheStats', options);
    return `/cache/stats tells connected_clients: ${clients ?? `none, as its kind is ${kind}`}`;
  },
  latency: async (client, options) => {
    const began = performance.now();
    for (let i = 0; i < samples; i += 1) await client.call('health', options);
    return `${samples} × /health, ${((performance.now() - began) / samples).toFixed(1)} ms each`;
  },
};

/** Makes every check, one after the other, whatever the others say. */
export async function validate(validated: ValidationTarget): Promise<CheckResult[]> {
  const { baseUrl, host, credential, timeoutSeconds, signal } = validated;
  const client = createClient({
    baseUrl,
    retries: 0,
    ...(credential === undefined ? {} : { credential }),
    ...(host === undefined ? {} : { fetch: fetchAsHost(host) }),
  });
  const results: CheckResult[] = [];
  for (const name of checkNames) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    results.push(await outcomeOf(name, checks[name](client, { timeoutSeconds, signal: limit }, validated)));
    signal.throwIfAborted();
  }
  return results;
}

async function outcomeOf(check: CheckName, seeing: Promise<CheckOutcome>): Promise<CheckResult> {
  try {
    const seen = await seeing;
    return typeof seen === 'string'
      ? { check, passed: true, skipped: false, detail: seen }
      : { check, passed: true, skipped: true, detail: seen.skipped };
  } catch (error) {
    return { check, passed: false, skipped: false, detail: reasonOf(error) };
  }
}

/** What fetch throws says why in its cause. */
function reasonOf(error: unknown): string {
  const [message, cause] = [textAt(error, 'message') ?? String(error), textAt(error, 'cause', 'message') ?? textAt(error, 'cause', 'code')];
  return cause === undefined || cause === '' ? message : `${message}: ${cause}`;
}
