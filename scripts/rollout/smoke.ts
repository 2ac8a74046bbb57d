import { type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../../service/contract/endpoints.ts';
import { ports } from '../../service/contract/ports.ts';
import { names } from '../../service/contract/product.ts';
import type { Cluster } from './cluster.ts';
import { at, isRecord, type KubeObject, listAt, numberAt, type Ref, textAt } from './objects.ts';

/** What the deployed service must answer. */
export interface Expectation {
  readonly namespace: string;
  /** The release id that must answer; undefined: any. */
  readonly release: string | undefined;
  /** The Service whose pods are asked; not set: the API's own. */
  readonly service?: string;
  /** Host header of calls that are not probes: one that the service trusts. */
  readonly host: string;
}
export interface SmokeResult {
  readonly passed: boolean;
  /** One line a check that failed. */
  readonly failures: readonly string[];
  /** A pod that failed, to gather evidence from. */
  readonly failedPod?: string;
  readonly endpoints: number;
  readonly releases: readonly string[];
}

/** Asks the service until everything is as expected, or the time is up. Seconds. */
export async function smoke(cluster: Cluster, expected: Expectation, budgetSeconds: number, signal: AbortSignal): Promise<SmokeResult> {
  const end = Date.now() + budgetSeconds * 1000;
  for (;;) {
    const result = await smokeOnce(cluster, expected, signal);
    if (result.passed || Date.now() >= end) return result;
    await sleep(500, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Asks every ready endpoint of the Service, each through the API server. */
async function smokeOnce(cluster: Cluster, expected: Expectation, signal: AbortSignal): Promise<SmokeResult> {
  const { service = names.services.api } = expected;
  const slices = await cluster.list(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    expected.namespace,
    `kubernetes.io/service-name=${service}`,
  );
  const ready = slices.flatMap(readyPods);
  if (ready.length === 0) return { passed: false, failures: [`Service/${service} has no ready endpoint`], endpoints: 0, releases: [] };
  const results = await Promise.all(ready.map(({ pod, port }) => checkPod(cluster, { pod, port }, expected, signal)));
  const failures = results.flatMap((result) => result.failures);
  const releases = [...new Set(results.map(({ release }) => release))];
  const failed = ready.find((_, position) => (results[position]?.failures.length ?? 0) > 0);
  return {
    passed: failures.length === 0,
    failures,
    endpoints: ready.length,
    releases,
    ...(failed === undefined ? {} : { failedPod: failed.pod.name }),
  };
}

export interface Endpoint {
  readonly pod: Ref;
  readonly port: number;
}

/** The pods behind a slice that take traffic now, with the port that the Service leads to. */
function readyPods(slice: KubeObject): Endpoint[] {
  const port = numberAt(listAt(slice, 'ports')[0], 'port') ?? ports.http;
  return listAt(slice, 'endpoints')
    .filter((endpoint) => at(endpoint, 'conditions', 'ready') === true)
    .map((endpoint) => textAt(endpoint, 'targetRef', 'name'))
    .filter((name) => name !== undefined)
    .map((name) => ({ pod: { apiVersion: 'v1', kind: 'Pod', namespace: slice.metadata.namespace ?? '', name }, port }));
}

async function checkPod(cluster: Cluster, { pod, port }: Endpoint, expected: Expectation, signal: AbortSignal) {
  const failures: string[] = [];
  const ask = async (name: 'health' | 'ready' | 'generate', status: number): Promise<unknown> => {
    const { method, path } = endpoints[name];
    try {
      const answer = await callThrough(cluster, { pod, port }, { method, path, host: expected.host }, signal);
      if (answer.status !== status) failures.push(`${pod.name}: ${method} ${path} answered ${answer.status} instead of ${status}`);
      return answer.body;
    } catch (error) {
      failures.push(`${pod.name}: ${method} ${path} gave no answer (${textAt(error, 'message') ?? String(error)})`);
      return undefined;
    }
  };
  const health = await ask('health', 200);
  const ready = await ask('ready', 200);
  // A process stays ready while a store is away; a release is proved only with all that it requires.
  const dependencies = at(ready, 'dependencies');
  for (const [name, dependency] of isRecord(dependencies) ? Object.entries(dependencies) : []) {
    if (at(dependency, 'required') === true && at(dependency, 'state') !== 'up')
      failures.push(`${pod.name}: ${name} is ${textAt(dependency, 'state') ?? 'in no state'}`);
  }
  // Nobody may write captions without a key: the credential check is in front.
  await ask('generate', 401);
  const release = textAt(health, 'release') ?? 'unknown';
  if (health !== undefined && textAt(health, 'status') !== 'healthy')
    failures.push(`${pod.name}: /health says ${textAt(health, 'status') ?? 'no status'}`);
  if (health !== undefined && expected.release !== undefined && release !== expected.release) {
    failures.push(`${pod.name}: release ${release} answers instead of ${expected.release}`);
  }
  return { failures, release };
}

const answerTimeoutMs = 5000;

/** One HTTP call to a pod, through a connection that the API server forwards. */
export async function callThrough(
  cluster: Cluster,
  { pod, port }: Endpoint,
  { method, path, host }: { method: string; path: string; host: string },
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const connection = await cluster.forward(pod, port);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const call = request(
      {
        method,
        path,
        headers: {
          host,
          connection: 'close',
          'user-agent': 'HealthCheck/1.0',
          accept: 'application/json',
          'content-type': 'application/json',
        },
        createConnection: () => connection,
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
      },
      resolve,
    );
    call.on('error', reject);
    call.end(method === 'POST' ? '{}' : undefined);
    const response = await promise;
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    return { status: response.statusCode ?? 0, body: parseJson(text) };
  } finally {
    connection.destroy();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
