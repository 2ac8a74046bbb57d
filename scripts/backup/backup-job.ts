import { BackupError } from '../../service/backup/backup-error.ts';
import { Deadline } from '../cluster/clock.ts';
import type { KubeObject, Ref } from '../cluster/objects.ts';
import { refOf } from '../cluster/objects.ts';
import { withJobLogs } from '../rollout/verify/job-logs.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';
import { at, isRecord, listAt, parseJson, textAt } from '../values/json.ts';

type JobContext = Pick<RolloutContext, 'cluster' | 'namespace' | 'out' | 'signal'>;

const pollMs = 500;
/** For the image, and a node with the volume. */
const startSeconds = 300;

/** One action of service/backup/main.ts. */
interface Action {
  readonly args: readonly string[];
  /** Text of a file with private keys of age. */
  readonly identity?: string | undefined;
}

/**
 * Runs an action in a Job from the template of the CronJob, and prints its log.
 * @returns its result @throws {BackupError} the error of the action
 */
export async function runBackupJob(context: JobContext, cronJob: KubeObject, action: Action): Promise<Readonly<Record<string, unknown>>> {
  const { cluster, namespace, out } = context;
  const job = await cluster.create(jobOf(cronJob, action, namespace));
  const ref = refOf(job);
  let isKept = false;
  try {
    if (action.identity !== undefined) await giveIdentity(context, job, action.identity);
    const print = (line: string) => {
      if (!line.startsWith('{')) out.line(line);
    };
    await withJobLogs(cluster, { namespace, name: ref.name }, print, jobEnd(context, ref));
    const result = await resultOf(context, ref);
    // The controller of the CronJob stores when a backup was last complete, and deletes the Job.
    isKept = action.args[0] === 'backup';
    return result;
  } finally {
    if (!isKept) await cluster.remove(ref, job.metadata.uid ?? '').catch(() => {});
  }
}

function jobOf(cronJob: KubeObject, { args, identity }: Action, namespace: string): KubeObject {
  const name = `${cronJob.metadata.name}-${args[0]}-${Date.now().toString(36)}`;
  const spec = Object(at(cronJob, 'spec', 'jobTemplate', 'spec'));
  const template = Object(at(spec, 'template'));
  const pod = Object(at(template, 'spec'));
  const [container, ...others] = listAt(pod, 'containers');
  const key = { name: 'BACKUP_IDENTITY', valueFrom: { secretKeyRef: { name, key: 'identity' } } };
  const containers = [
    { ...Object(container), args: [...args, '--json'], env: [...listAt(container, 'env'), ...(identity === undefined ? [] : [key])] },
    ...others,
  ];
  const owner = { apiVersion: cronJob.apiVersion, kind: cronJob.kind, name: cronJob.metadata.name, uid: cronJob.metadata.uid };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace,
      labels: cronJob.metadata.labels ?? {},
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
      ownerReferences: [{ ...owner, controller: true }],
    },
    // No second attempt: the caller decides what an error means.
    spec: { ...spec, backoffLimit: 0, suspend: identity !== undefined, template: { ...template, spec: { ...pod, containers } } },
  };
}

/** The private key in a Secret that is deleted with the Job. */
async function giveIdentity({ cluster, namespace }: JobContext, job: KubeObject, identity: string): Promise<void> {
  const { name, uid } = job.metadata;
  const ownerReferences = [{ apiVersion: job.apiVersion, kind: job.kind, name, uid }];
  await cluster.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: job.metadata.labels ?? {}, ownerReferences },
    stringData: { identity },
  });
  await cluster.patch(refOf(job), { spec: { suspend: false } });
}

const podsOf = ({ cluster, namespace }: JobContext, { name }: Ref) =>
  cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, `job-name=${name}`);

/** Why the containers of a pod have not started, or why it has no node. */
const waitingReasons = (pod: KubeObject): string[] => {
  const states = ['initContainerStatuses', 'containerStatuses'].flatMap((field) => listAt(pod, 'status', field));
  const reasons = states.map((status) => [textAt(status, 'state', 'waiting', 'reason'), textAt(status, 'state', 'waiting', 'message')]);
  const unscheduled = listAt(pod, 'status', 'conditions').filter((condition) => textAt(condition, 'reason') === 'Unschedulable');
  return [
    ...reasons.flatMap(([reason, message]) => (reason === undefined ? [] : [[reason, message].filter(Boolean).join(': ')])),
    ...unscheduled.map((condition) => textAt(condition, 'message') ?? 'Unschedulable'),
  ];
};

/** @returns after the Job succeeded or failed @throws {BackupError} if its pod does not start */
async function jobEnd(context: JobContext, ref: Ref): Promise<void> {
  const { cluster, signal } = context;
  const start = new Deadline(cluster.clock, startSeconds);
  for (;;) {
    const live = await cluster.get(ref);
    const isEnded = listAt(live, 'status', 'conditions').some(
      (condition) => ['Complete', 'Failed'].includes(textAt(condition, 'type') ?? '') && textAt(condition, 'status') === 'True',
    );
    if (isEnded || live === undefined) return;
    const waiting = (await podsOf(context, ref)).flatMap(waitingReasons);
    const isHopeless = waiting.some((reason) => /^(?:ImagePullBackOff|InvalidImageName)/.test(reason));
    if (isHopeless || (start.isOver && waiting.length > 0))
      throw new BackupError(
        `the pod of Job/${ref.name} does not start: ${waiting.join('; ')}`,
        `kubectl -n ${ref.namespace} get events | grep ${ref.name}`,
      );
    await cluster.clock.sleep(pollMs, signal);
  }
}

async function resultOf(context: JobContext, ref: Ref): Promise<Readonly<Record<string, unknown>>> {
  const [pod] = await podsOf(context, ref);
  const log =
    pod && (await context.cluster.logs(refOf({ ...pod, apiVersion: 'v1', kind: 'Pod' }), undefined, { previous: false, tailLines: 5 }));
  const last = log
    ?.split('\n')
    .filter((line) => line.startsWith('{'))
    .at(-1);
  const result = parseJson(last ?? '');
  if (!isRecord(result))
    throw new BackupError(`Job/${ref.name} ended without a result`, `see its events: kubectl -n ${ref.namespace} get events`);
  const error = textAt(result, 'error');
  if (error !== undefined) throw new BackupError(error, textAt(result, 'remedy') ?? '');
  return result;
}
