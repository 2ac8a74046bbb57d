import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { KubeConfig, V1Status } from '@kubernetes/client-node';
import { Failure } from '../cli/failure.ts';
import { ApiError } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type KubeObject, type Ref, refOf } from '../cluster/objects.ts';
import { at, listAt, textAt } from '../values/json.ts';
import type { ProgramResult } from './program.ts';

/** Path of the program in the image (Dockerfile). */
const program = ['node', '/app/admin.js'];
const container = 'api';

const isReady = (pod: KubeObject): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  textAt(pod, 'status', 'phase') === 'Running' &&
  listAt(pod, 'status', 'containerStatuses').some((status) => textAt(status, 'name') === container && at(status, 'ready') === true);

/** @throws {Failure} `rejected` if no pod of the API is ready */
export async function findReadyPod(cluster: Cluster, namespace: string): Promise<Ref> {
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, `app.kubernetes.io/component=${container}`);
  const pod = pods.find(isReady);
  if (pod === undefined) throw new Failure('rejected', `no pod of the API is ready in namespace ${namespace}`, 'see leyenda status');
  return refOf(pod);
}

function exitCodeOf(status: V1Status | undefined): number | undefined {
  if (status?.status === 'Success') return 0;
  const code = status?.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return code === undefined ? undefined : Number(code);
}

/** Converts the error of a rejected upgrade: `Unexpected server response: 403`. */
function toApiError(error: unknown): unknown {
  const code = /Unexpected server response: (\d{3})/.exec(error instanceof Error ? error.message : (textAt(error, 'message') ?? ''))?.[1];
  if (code === undefined) return error;
  return new ApiError(Number(code), { reason: code === '403' ? 'Forbidden' : 'Rejected', message: 'create pods/exec is not allowed' });
}

/** Runs the program in a pod with pods/exec. @param input one line for its standard input */
export async function runInPod(config: KubeConfig, pod: Ref, args: readonly string[], input: string | undefined): Promise<ProgramResult> {
  // The index of the client loads 700 models, which no other command needs.
  const { Exec } = await import('@kubernetes/client-node');
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const stdin = input === undefined ? null : new PassThrough();
  const { promise: ended, resolve, reject } = Promise.withResolvers<V1Status | undefined>();
  const printed = Promise.all([text(stdout), text(stderr)]);
  try {
    const socket = await new Exec(config).exec(
      pod.namespace,
      pod.name,
      container,
      [...program, ...args],
      stdout,
      stderr,
      stdin,
      false,
      resolve,
    );
    socket.on('close', () => resolve(undefined));
    void ended.finally(() => socket.close()).catch(() => {});
    socket.on('error', reject);
    stdin?.write(`${input}\n`);
  } catch (error) {
    throw toApiError(error);
  }
  const status = await ended;
  stdout.end();
  stderr.end();
  const [out, errors] = await printed;
  return { code: exitCodeOf(status), stdout: out, stderr: errors };
}
