import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { ports } from '../../../contract/ports.ts';
import { names } from '../../../contract/product.ts';
import { isTransient } from '../../cluster/api-error.ts';
import { Deadline } from '../../cluster/clock.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject, Ref } from '../../cluster/objects.ts';
import { at, isRecord, listAt, numberAt, textAt } from '../../values/json.ts';

/** What the deployed service must answer. */
export interface SmokeExpectation {
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

/** How long the service is asked. */
export interface SmokeLimits {
  /** What is wrong after so many seconds stays wrong. */
  readonly settleSeconds: number;
  /** Ends everything, also while the API server does not lead to the pods. */
  readonly deadline: Deadline;
}

/** For so long after that the API server may fail to lead to the pods. */
const unreachableSeconds = 60;

/** Asks the service until everything is as expected, or the time is up. */
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

/** `reached`: what is wrong is the pods' own doing; else the API server did not lead to them. */
interface SmokeAttempt extends SmokeResult {
  readonly reached: boolean;
}

/** @throws what is not the network's doing */
function unreachable(error: unknown): SmokeAttempt {
  if (!isTransient(error)) throw error;
  const failures = [`the API server does not answer (${textAt(error, 'message') ?? String(error)})`];
  return { reached: false, passed: false, failures, endpoints: 0, releases: [] };
}

/** Asks every ready endpoint of the Service, each through the API server. */
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

/** The pods behind a slice that take traffic now, with the port that the Service leads to. */
function readyPods(slice: KubeObject): PodEndpoint[] {
  const port = numberAt(listAt(slice, 'ports')[0], 'port') ?? ports.http;
  return listAt(slice, 'endpoints')
    .filter((endpoint) => at(endpoint, 'conditions', 'ready') === true)
    .map((endpoint) => textAt(endpoint, 'targetRef', 'name'))
    .filter((name) => name !== undefined)
    .map((name) => ({ pod: { apiVersion: 'v1', kind: 'Pod', namespace: slice.metadata.namespace ?? '', name }, port }));
}

/** What one pod answered, or why nothing came. */
interface Reply {
  /** The check that is not passed. */
  readonly failure?: string;
  /** Not set: no answer. */
  readonly body?: unknown;
  /** Whether the way to the pod was open. */
  readonly reached: boolean;
}

async function checkPod(cluster: Cluster, endpoint: PodEndpoint, expected: SmokeExpectation, signal: AbortSignal) {
  const { name: podName } = endpoint.pod;
  const ask = async (name: 'health' | 'ready' | 'generate', status: number): Promise<Reply> => {
    const { method, path } = endpoints[name];
    const noAnswer = (error: unknown) => `${podName}: ${method} ${path} gave no answer (${textAt(error, 'message') ?? String(error)})`;
    const connection = await cluster.forward(endpoint.pod, endpoint.port).catch((error: unknown) => ({ refused: noAnswer(error) }));
    if ('refused' in connection) return { failure: connection.refused, reached: false };
    try {
      const answer = await requestOver(connection, { method, path, host: expected.host }, signal);
      const failure =
        answer.status === status ? {} : { failure: `${podName}: ${method} ${path} answered ${answer.status} instead of ${status}` };
      return { ...failure, body: answer.body, reached: true };
    } catch (error) {
      return { failure: noAnswer(error), reached: true };
    }
  };
  // The last one shows that the credential check is in front: without a key there are no captions.
  const replies = await Promise.all([ask('health', 200), ask('ready', 200), ask('generate', 401)]);
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

/** A process stays ready while a store is away; a release is proved only with all that it requires. */
function dependencyFailures(ready: unknown): string[] {
  const dependencies = at(ready, 'dependencies');
  return Object.entries(isRecord(dependencies) ? dependencies : {})
    .filter(([, dependency]) => at(dependency, 'required') === true && at(dependency, 'state') !== 'up')
    .map(([name, dependency]) => `${name} is ${textAt(dependency, 'state') ?? 'in no state'}`);
}

function healthFailures(health: unknown, release: string, expected: SmokeExpectation): string[] {
  const status = textAt(health, 'status');
  return [
    ...(status === 'healthy' ? [] : [`/health says ${status ?? 'no status'}`]),
    ...(expected.release === undefined || release === expected.release
      ? []
      : [`release ${release} answers instead of ${expected.release}`]),
  ];
}

const answerTimeoutMs = 5000;

/** One HTTP call over a connection to a pod, which is closed afterwards. */
export async function requestOver(
  connection: Duplex,
  { method, path, host }: { method: string; path: string; host: string },
  signal: AbortSignal,
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
