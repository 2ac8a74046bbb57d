import { randomUUID } from 'node:crypto';
import { type Client, createClient } from '../../service/client/client.ts';
import { textAt } from '../rollout/objects.ts';

/** How one check ended, with what was seen. */
export interface CheckResult {
  readonly check: CheckName;
  readonly passed: boolean;
  readonly detail: string;
}
export interface Validated {
  readonly baseUrl: string;
  readonly credential: string | undefined;
  /** For each check. */
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

type CheckName = 'health' | 'metrics' | 'user' | 'cache' | 'latency';
/** Gives what was seen. @throws where it is not as it should be */
type Check = (client: Client, options: { readonly timeoutSeconds: number; readonly signal: AbortSignal }) => Promise<string>;

const samples = 10;

/** The checks of guide G3 (row SC-13), in its order. Each answer is read by the endpoint's own schema. */
const checks: Readonly<Record<CheckName, Check>> = {
  health: async (client, options) => {
    const { status, version } = await client.call('health', options);
    return `/health says ${status}, version ${version}`;
  },
  metrics: async (client, options) => {
    const name = /^\w*requests_total\b/m.exec(await client.call('metrics', options))?.[0];
    if (name === undefined) throw new Error('/metrics has no counter that ends in requests_total');
    return `/metrics has ${name}`;
  },
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
export async function validate({ baseUrl, credential, timeoutSeconds, signal }: Validated): Promise<CheckResult[]> {
  const client = createClient({ baseUrl, retries: 0, ...(credential === undefined ? {} : { credential }) });
  const results: CheckResult[] = [];
  for (const [name, check] of Object.entries(checks).filter((entry): entry is [CheckName, Check] => entry[0] in checks)) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
    results.push(await outcomeOf(name, check(client, { timeoutSeconds, signal: limit })));
    signal.throwIfAborted();
  }
  return results;
}

async function outcomeOf(check: CheckName, seen: Promise<string>): Promise<CheckResult> {
  try {
    return { check, passed: true, detail: await seen };
  } catch (error) {
    return { check, passed: false, detail: reasonOf(error) };
  }
}

/** What fetch throws says why in its cause. */
function reasonOf(error: unknown): string {
  const [message, cause] = [textAt(error, 'message') ?? String(error), textAt(error, 'cause', 'message') ?? textAt(error, 'cause', 'code')];
  return cause === undefined || cause === '' ? message : `${message}: ${cause}`;
}
