import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { healthCheckAgent } from '../../../contract/health-checks.ts';
import { ports } from '../../../contract/ports.ts';
import { names } from '../../../contract/product.ts';
import { isTransient } from '../../cluster/api-error.ts';
import { Deadline } from '../../cluster/clock.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject, Ref } from '../../cluster/objects.ts';
import { at, isRecord, listAt, numberAt, parseJson, textAt } from '../../values/json.ts';

/** Expected responses of the deployed service. */
export interface SmokeExpectation {
  readonly namespace: string;
  /** Expected release id; undefined accepts any. */
  readonly release: string | undefined;
  /** Service whose pods are tested; default: the API's. */
  readonly service?: string;
  /** Trusted Host header for requests that are not probes. */
  readonly host: string;
}
export interface SmokeResult {
  readonly passed: boolean;
  /** One line per failed check. */
  readonly failures: readonly string[];
  /** A failed pod, for evidence. */
  readonly failedPod?: string;
  readonly endpoints: number;
  readonly releases: readonly string[];
}

/** Time limits of the test. */
export interface SmokeLimits {
  /** Failures of pods are final after this time. */
  readonly settleSeconds: number;
  /** Ends the test, even if the API server does not reach the pods. */
  readonly deadline: Deadline;
}

/** Additional time in which the API server may fail to reach the pods. */
const unreachableSeconds = 60;

/** Tests the service until it passes, or until the time limit. */
export async function smokeTest(
  cluster: Cluster,
  expected: SmokeExpectation,
  limits: SmokeLimits,
  signal: AbortSignal,
): Promise<SmokeResult> {
  const { settleSeconds, deadline } = limits;
  const settled = new Deadline(cluster.clock, settleSeconds);
  const reachable = new Deadline(cluster.clock, settleSeconds + unreachableSeconds);
  const bounded = cluster.withDeadline(deadline);
  for (;;) {
    const { reached, ...result } = await smokeOnce(bounded, expected, signal).catch(unreachable);
    if (result.passed || deadline.isOver || (reached ? settled : reachable).isOver) return result;
    await cluster.clock.sleep(500, signal);
  }
}

export const noReadyEndpoint = (service: string): string => `Service/${service} has no ready endpoint`;

/** `reached`: the failure is in the pods; otherwise the API server did not reach them. */
interface SmokeAttempt extends SmokeResult {
  readonly reached: boolean;
}

/** @throws errors that are not network errors */
function unreachable(error: unknown): SmokeAttempt {
  if (!isTransient(error)) throw error;
  const failures = [`the API server does not respond (${textAt(error, 'message') ?? String(error)})`];
  return { reached: false, passed: false, failures, endpoints: 0, releases: [] };
}

/** Tests every ready endpoint of the Service through the API server. */
async function smokeOnce(cluster: Cluster, expected: SmokeExpectation, signal: AbortSignal): Promise<SmokeAttempt> {
  const { service = names.services.api } = expected;
  const slices = await cluster.list(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    expected.namespace,
    `kubernetes.io/service-name=${service}`,
  );
  const ready = slices.flatMap(readyPods);
  if (ready.length === 0) {
    return { reached: true, passed: false, failures: [noReadyEndpoint(service)], endpoints: 0, releases: [] };
  }
  const results = await Promise.all(ready.map(({ pod, port }) => checkPod(cluster, { pod, port }, expected, signal)));
  const failures = results.flatMap((result) => result.failures);
  const releases = [...new Set(results.map(({ release }) => release))];
  const failed = ready.find((_, position) => (results[position]?.failures.length ?? 0) > 0);
  return {
    reached: results.some(({ reached, failures }) => reached && failures.length > 0),
    passed: failures.length === 0,
    failures,
    endpoints: ready.length,
    releases,
    ...(failed === undefined ? {} : { failedPod: failed.pod.name }),
  };
}

export interface PodEndpoint {
  readonly pod: Ref;
  readonly port: number;
}

/** The ready pods of an EndpointSlice, with the port of the Service. */
export function readyPods(slice: KubeObject): PodEndpoint[] {
  const port = numberAt(listAt(slice, 'ports')[0], 'port') ?? ports.http;
  return listAt(slice, 'endpoints')
    .filter((endpoint) => at(endpoint, 'conditions', 'ready') === true)
    .map((endpoint) => textAt(endpoint, 'targetRef', 'name'))
    .filter((name) => name !== undefined)
    .map((name) => ({ pod: { apiVersion: 'v1', kind: 'Pod', namespace: slice.metadata.namespace ?? '', name }, port }));
}

/** Response of one pod, or why there is none. */
interface Reply {
  /** The failed check. */
  readonly failure?: string;
  /** Not set: no response. */
  readonly body?: unknown;
  /** Whether the pod was reached. */
  readonly reached: boolean;
}

async function checkPod(cluster: Cluster, endpoint: PodEndpoint, expected: SmokeExpectation, signal: AbortSignal) {
  const { name: podName } = endpoint.pod;
  const request = async (name: 'health' | 'ready' | 'generate', status: number): Promise<Reply> => {
    const { method, path } = endpoints[name];
    const noResponse = (error: unknown) => `${podName}: ${method} ${path} did not respond (${textAt(error, 'message') ?? String(error)})`;
    const connection = await cluster.forward(endpoint.pod, endpoint.port).catch((error: unknown) => ({ error: noResponse(error) }));
    if ('error' in connection) return { failure: connection.error, reached: false };
    try {
      const response = await requestOver(connection, { method, path, host: expected.host }, signal);
      const failure =
        response.status === status ? {} : { failure: `${podName}: ${method} ${path} returned ${response.status} instead of ${status}` };
      return { ...failure, body: response.body, reached: true };
    } catch (error) {
      return { failure: noResponse(error), reached: true };
    }
  };
  // The last one verifies authentication: a request without an API key is rejected.
  const replies = await Promise.all([request('health', 200), request('ready', 200), request('generate', 401)]);
  const [{ body: health }, { body: ready }] = replies;
  const release = textAt(health, 'release') ?? 'unknown';
  const failures = [
    ...replies.flatMap(({ failure }) => failure ?? []),
    ...dependencyFailures(ready).map((failure) => `${podName}: ${failure}`),
    ...(health === undefined ? [] : healthFailures(health, release, expected).map((failure) => `${podName}: ${failure}`)),
  ];
  return {
    failures,
    release,
    reached: replies.some(({ failure, reached }) => reached && failure !== undefined) || replies.every(({ reached }) => reached),
  };
}

/** A process stays ready while a store is unavailable, but a release passes only with all required dependencies. */
function dependencyFailures(ready: unknown): string[] {
  const dependencies = at(ready, 'dependencies');
  return Object.entries(isRecord(dependencies) ? dependencies : {})
    .filter(([, dependency]) => at(dependency, 'required') === true && at(dependency, 'state') !== 'up')
    .map(([name, dependency]) => `${name} is ${textAt(dependency, 'state') ?? 'in an unknown state'}`);
}

function healthFailures(health: unknown, release: string, expected: SmokeExpectation): string[] {
  const status = textAt(health, 'status');
  return [
    ...(status === 'healthy' ? [] : [`/health reports ${status ?? 'no status'}`]),
    ...(expected.release === undefined || release === expected.release
      ? []
      : [`release ${release} responds instead of ${expected.release}`]),
  ];
}

const answerTimeoutMs = 5000;

/** Sends one HTTP request over a connection to a pod and closes it. */
export async function requestOver(
  connection: Duplex,
  { method, path, host, authorization }: { method: string; path: string; host: string; authorization?: string | undefined },
  signal: AbortSignal,
  timeoutMs = answerTimeoutMs,
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const call = request(
      {
        method,
        path,
        headers: {
          host,
          connection: 'close',
          'user-agent': healthCheckAgent,
          accept: 'application/json',
          'content-type': 'application/json',
          ...(authorization === undefined ? {} : { authorization }),
        },
        createConnection: () => connection,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      },
      resolve,
    );
    call.on('error', reject);
    call.end(method === 'POST' ? '{}' : undefined);
    const response = await promise;
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    return { status: response.statusCode ?? 0, body: parseJson(text) ?? text };
  } finally {
    connection.destroy();
  }
}
