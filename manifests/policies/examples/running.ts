import type { KubernetesObject } from '../../kubernetes/object.ts';
import { added, broken, type Example, podSpec, twice, without } from './example.ts';

const nightly = (spec: object): KubernetesObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly' },
  spec: {
    concurrencyPolicy: 'Forbid',
    startingDeadlineSeconds: 60,
    schedule: '0 3 * * *',
    jobTemplate: { spec: { activeDeadlineSeconds: 60, backoffLimit: 1, template: { metadata: {}, spec: { containers: [] } } } },
    ...spec,
  },
});

/** Who finds whom, who scales what, how it rolls, and what ends by itself. */
export const runningExamples: readonly Example[] = [
  {
    policy: 'matchingSelectors',
    mistake: 'a workload that does not select its own pods',
    change: broken('Deployment', ['spec', 'selector', 'matchLabels'], { a: 'b' }),
    says: /selects {"a":"b"}, but its pods are labelled/,
  },
  {
    policy: 'matchingSelectors',
    mistake: 'a Service that forwards to a port nobody opens',
    change: broken('Service', ['spec', 'ports', 0, 'targetPort'], 'grpc'),
    says: /forwards to port grpc, which no container of Deployment/,
  },
  {
    policy: 'matchingSelectors',
    mistake: 'a Service of nobody',
    change: broken('Service', ['spec', 'selector'], { a: 'b' }),
    says: /Service\/.* selects no pods/,
  },
  {
    policy: 'scaling',
    mistake: 'replicas beside an autoscaler',
    change: broken('Deployment', ['spec', 'replicas'], 3),
    says: /Deployment\/.* sets replicas: 3, but HorizontalPodAutoscaler\/.* owns them/,
  },
  {
    policy: 'scaling',
    mistake: 'two owners of the replicas',
    change: twice('HorizontalPodAutoscaler', 'second'),
    says: /HorizontalPodAutoscaler\/.* and HorizontalPodAutoscaler\/second both scale Deployment\//,
  },
  {
    policy: 'scaling',
    mistake: 'an autoscaler of nothing',
    change: broken('HorizontalPodAutoscaler', ['spec', 'scaleTargetRef', 'name'], 'x'),
    says: /HorizontalPodAutoscaler\/.* scales Deployment\/x, which is not there/,
  },
  {
    policy: 'budgets',
    mistake: 'a disruption budget that lets no node be drained',
    change: broken('PodDisruptionBudget', ['spec', 'maxUnavailable'], 0),
    says: /PodDisruptionBudget\/.* allows no eviction: .* Deployment\/.* has 3 replicas/,
  },
  {
    policy: 'budgets',
    mistake: 'several pods without a disruption budget',
    change: without('PodDisruptionBudget', 'captions-pdb'),
    says: /Deployment\/.*-api has 3 replicas at least, but no PodDisruptionBudget/,
  },
  {
    policy: 'budgets',
    mistake: 'two disruption budgets of the same pods',
    change: twice('PodDisruptionBudget', 'second'),
    says: /PodDisruptionBudget\/.* and PodDisruptionBudget\/second both select the pods of Deployment\//,
  },
  {
    policy: 'spreadOut',
    mistake: 'several pods that may all stand on one node',
    change: broken('Deployment', [...podSpec, 'topologySpreadConstraints'], undefined),
    says: /Deployment\/.* has up to 20 pods, but no topologySpreadConstraints keep them apart/,
  },
  {
    policy: 'rollsWithoutLoss',
    mistake: 'an update that takes pods away before others are ready',
    change: broken('Deployment', ['spec', 'strategy'], undefined),
    says: /Deployment\/.* has up to 20 pods and takes 25% away before their successors are ready/,
  },
  {
    policy: 'rollsWithoutLoss',
    mistake: 'several pods that are replaced all at once',
    change: broken('Deployment', ['spec', 'strategy'], { type: 'Recreate' }),
    says: /Deployment\/.* is replaced by Recreate, but has up to 20 pods/,
  },
  {
    policy: 'boundedJobs',
    mistake: 'a migration that may run for ever',
    change: broken('Job', ['spec', 'activeDeadlineSeconds'], undefined),
    says: /Job\/.* may run for ever: set activeDeadlineSeconds/,
  },
  {
    policy: 'boundedJobs',
    mistake: 'a scheduled job that starts while the last one still runs',
    change: added(nightly({ concurrencyPolicy: 'Allow' })),
    says: /CronJob\/nightly starts a run while the last one still runs/,
  },
  {
    policy: 'boundedJobs',
    mistake: 'a scheduled job that stops for good after an outage',
    change: added(nightly({ startingDeadlineSeconds: undefined })),
    says: /CronJob\/nightly has no startingDeadlineSeconds/,
  },
  {
    policy: 'keptVolumes',
    mistake: 'a database whose volume goes with it',
    of: 'local',
    change: broken('StatefulSet', ['spec', 'persistentVolumeClaimRetentionPolicy'], { whenDeleted: 'Delete' }, '-postgres'),
    says: /StatefulSet\/.* would lose its volumes \(whenDeleted: Delete\)/,
  },
];
