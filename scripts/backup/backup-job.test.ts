import { expect, test } from '@jest/globals';
import { silentOutput } from '../cli/testing/silent-output.ts';
import { createCluster } from '../cluster/create-cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { createFakeApi } from '../cluster/testing/fake-api.ts';
import { runBackupJob } from './backup-job.ts';

const namespace = 'n';
const cronJob: KubeObject = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'captions-backup', namespace, uid: 'cron', labels: { app: 'captions' } },
  spec: { jobTemplate: { spec: { backoffLimit: 1, template: { spec: { containers: [{ name: 'backup', args: ['backup'], env: [] }] } } } } },
};
const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs/`;
const pods = `/api/v1/namespaces/${namespace}/pods/`;

/** A cluster that runs each Job that is not suspended: its pod has this status, and prints this log. */
function setUp(log: string, pod: object = { phase: 'Succeeded' }) {
  const written: KubeObject[] = [];
  const api = createFakeApi((object) => {
    written.push(object);
    if (object.kind !== 'Job' || Object(object.spec).suspend === true) return object;
    const { name } = object.metadata;
    const metadata = { name, namespace, labels: { 'job-name': name } };
    api.objects.set(`${pods}${name}`, { apiVersion: 'v1', kind: 'Pod', metadata, status: pod });
    api.logs.set(`${pods}${name}/log`, log);
    const isStarted = Object(pod).phase !== 'Pending';
    return { ...object, status: { conditions: isStarted ? [{ type: 'Complete', status: 'True' }] : [] } };
  });
  const cluster = createCluster(api.transport, () => Promise.reject(new Error('no port-forward here')));
  const context = { cluster, namespace, out: silentOutput, signal: new AbortController().signal };
  const left = () => [...api.objects.keys()].filter((path) => path.startsWith(jobs));
  return { context, written, left };
}

test('A backup runs once in a Job of the CronJob, which stays for the time of its last success', async () => {
  const { context, written, left } = setUp('a step\n{"manifest":{"id":"20240729_120000"}}\n');
  expect(await runBackupJob(context, cronJob, { args: ['backup'] })).toEqual({ manifest: { id: '20240729_120000' } });
  expect(written[0]).toMatchObject({
    metadata: { labels: { app: 'captions' }, ownerReferences: [{ kind: 'CronJob', uid: 'cron', controller: true }] },
    spec: { backoffLimit: 0, suspend: false, template: { spec: { containers: [{ args: ['backup', '--json'], env: [] }] } } },
  });
  expect(left()).toHaveLength(1);
});

test('A private key is in a Secret of the Job, which starts after it and is deleted at its end', async () => {
  const { context, written, left } = setUp('{"next":"captions_restore"}\n');
  await runBackupJob(context, cronJob, { args: ['load', '20240729_120000'], identity: 'AGE-SECRET-KEY-1' });
  expect(written.map(({ kind, spec }) => [kind, Object(spec).suspend])).toEqual([
    ['Job', true],
    ['Secret', undefined],
    ['Job', false],
  ]);
  const [job, secret] = written;
  expect(secret).toMatchObject({
    metadata: { name: job?.metadata.name, ownerReferences: [{ kind: 'Job', name: job?.metadata.name }] },
    stringData: { identity: 'AGE-SECRET-KEY-1' },
  });
  expect(JSON.stringify(job)).not.toContain('AGE-SECRET-KEY-1');
  expect(left()).toEqual([]);
});

test.each([
  ['the error of the action', '{"error":"there is no set","remedy":"see the sets"}\n', { phase: 'Failed' }, /^there is no set$/],
  ['a program that ends without a result', 'killed\n', { phase: 'Failed' }, /ended without a result/],
  [
    'an image that cannot be pulled',
    '',
    { phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } } }] },
    /does not start: ImagePullBackOff: not found/,
  ],
])('A Job fails with %s, and is deleted', async (_, log, pod, message) => {
  const { context, left } = setUp(log, pod);
  await expect(runBackupJob(context, cronJob, { args: ['backup'] })).rejects.toThrow(message);
  expect(left()).toEqual([]);
});
