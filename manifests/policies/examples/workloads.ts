import { names } from '../../../contract/product.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import { added, broken, duplicated, type Example, podSpec, without } from './example.ts';

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

/** Selectors, autoscaling, rolling updates, jobs, volumes. */
export const workloadExamples: readonly Example[] = [
  {
    policy: 'matchingSelectors',
    mistake: 'a workload that does not select its own pods',
    change: broken('Deployment', ['spec', 'selector', 'matchLabels'], { a: 'b' }),
    message: /selects {"a":"b"}, but its pods are labelled/,
  },
  {
    policy: 'matchingSelectors',
    mistake: 'a Service that forwards to a port that no container opens',
    change: broken('Service', ['spec', 'ports', 0, 'targetPort'], 'grpc'),
    message: /forwards to port grpc, which no container of Deployment/,
  },
  {
    policy: 'matchingSelectors',
    mistake: 'a Service that selects no pods',
    change: broken('Service', ['spec', 'selector'], { a: 'b' }),
    message: /Service\/.* selects no pods/,
  },
  {
    policy: 'autoscalers',
    mistake: 'replicas of an autoscaled Deployment',
    change: broken('Deployment', ['spec', 'replicas'], 3),
    message: /Deployment\/.* sets replicas: 3, but HorizontalPodAutoscaler\/.* owns them/,
  },
  {
    policy: 'autoscalers',
    mistake: 'two autoscalers of one Deployment',
    change: duplicated('HorizontalPodAutoscaler', 'second'),
    message: /HorizontalPodAutoscaler\/.* and HorizontalPodAutoscaler\/second both scale Deployment\//,
  },
  {
    policy: 'autoscalers',
    mistake: 'an autoscaler of a Deployment that does not exist',
    change: broken('HorizontalPodAutoscaler', ['spec', 'scaleTargetRef', 'name'], 'x'),
    message: /HorizontalPodAutoscaler\/.* scales Deployment\/x, which does not exist/,
  },
  {
    policy: 'disruptionBudgets',
    mistake: 'a disruption budget that allows no eviction',
    change: broken('PodDisruptionBudget', ['spec', 'maxUnavailable'], 0, names.budgets.api),
    message: /PodDisruptionBudget\/.* allows no eviction: .* Deployment\/.* has at least 3 replicas/,
  },
  {
    policy: 'disruptionBudgets',
    mistake: 'several pods without a disruption budget',
    change: without('PodDisruptionBudget', names.budgets.api),
    message: /Deployment\/.*-api has at least 3 replicas, but no PodDisruptionBudget/,
  },
  {
    policy: 'disruptionBudgets',
    mistake: 'two disruption budgets for the same pods',
    change: duplicated('PodDisruptionBudget', 'second', names.budgets.api),
    message: /PodDisruptionBudget\/.* and PodDisruptionBudget\/second both select the pods of Deployment\//,
  },
  {
    policy: 'topologySpread',
    mistake: 'several pods that may all run on one node',
    change: broken('Deployment', [...podSpec, 'topologySpreadConstraints'], undefined),
    message: /Deployment\/.* has up to 20 pods, but no topologySpreadConstraints spread them/,
  },
  {
    policy: 'zeroDowntimeUpdates',
    mistake: 'an update that removes pods before replacements are ready',
    change: broken('Deployment', ['spec', 'strategy'], undefined),
    message: /Deployment\/.* has up to 20 pods and removes 25% before their replacements are ready/,
  },
  {
    policy: 'zeroDowntimeUpdates',
    mistake: 'several pods that are recreated at once',
    change: broken('Deployment', ['spec', 'strategy'], { type: 'Recreate' }),
    message: /Deployment\/.* is replaced by Recreate, but has up to 20 pods/,
  },
  {
    policy: 'jobDeadlines',
    mistake: 'a migration without a deadline',
    change: broken('Job', ['spec', 'activeDeadlineSeconds'], undefined),
    message: /Job\/.* may run forever: set activeDeadlineSeconds/,
  },
  {
    policy: 'jobDeadlines',
    mistake: 'a CronJob with overlapping runs',
    change: added(nightly({ concurrencyPolicy: 'Allow' })),
    message: /CronJob\/nightly starts a run while the previous one is still running/,
  },
  {
    policy: 'jobDeadlines',
    mistake: 'a CronJob that stops permanently after an outage',
    change: added(nightly({ startingDeadlineSeconds: undefined })),
    message: /CronJob\/nightly has no startingDeadlineSeconds/,
  },
  {
    policy: 'retainedVolumes',
    mistake: 'a database whose volume is deleted with it',
    environment: 'local',
    change: broken('StatefulSet', ['spec', 'persistentVolumeClaimRetentionPolicy'], { whenDeleted: 'Delete' }, '-postgres'),
    message: /StatefulSet\/.* would delete its volumes \(whenDeleted: Delete\)/,
  },
];
