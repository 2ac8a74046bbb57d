import { adminCharts, chartNames } from '../../../manifests/chart-names.ts';
import type { KubeObject } from '../../cluster/objects.ts';

/** A chart as synthesized: its name and its objects. */
export interface Chart {
  readonly chart: string;
  readonly objects: readonly KubeObject[];
}

/** What is applied together, in this order; after a step that is waited for, the next begins only when it is healthy. */
export interface RolloutStep {
  readonly chart: string;
  readonly stage: Stage;
  readonly objects: readonly KubeObject[];
}

/** What others refer to, before those that refer to it; a migration before the workloads that need it. */
type Stage = 'configure' | 'migrate' | 'run';

const configuration = [
  'ServiceAccount',
  'Role',
  'RoleBinding',
  'ResourceQuota',
  'LimitRange',
  'NetworkPolicy',
  'SecretStore',
  'ExternalSecret',
  'Secret',
  'ConfigMap',
  'PersistentVolumeClaim',
  'ObjectStore',
  'Certificate',
];
/** A Service stands before its pods; a database before what asks or saves it; what scales or guards a workload comes after it; a route after what it names. */
const running = [
  'Service',
  'Cluster',
  'Pooler',
  'ScheduledBackup',
  'StatefulSet',
  'DaemonSet',
  'Deployment',
  'CronJob',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
  'ScaledObject',
  'Middleware',
  'Gateway',
  'HTTPRoute',
  'Ingress',
];

/** What a release brings: without the administrator's charts, which stand in namespaces of their own and may not be there. */
export const withoutAdminCharts = (charts: readonly Chart[]): Chart[] =>
  charts.filter(({ chart }) => !adminCharts.some((name) => name === chart));

const rank = (list: readonly string[], value: string): number => {
  const position = list.indexOf(value);
  return position === -1 ? list.length : position;
};

const stageOf = ({ kind }: KubeObject): Stage => (kind === 'Job' ? 'migrate' : configuration.includes(kind) ? 'configure' : 'run');

/**
 * The steps of a rollout, without the administrator's charts; empty steps are left out. The configuration of all charts comes first:
 * what a store may connect to stands with the service's policies, and it must be open before the store starts.
 */
export function rolloutSteps(charts: readonly Chart[]): RolloutStep[] {
  const ordered = withoutAdminCharts(charts).toSorted((a, b) => rank(chartNames, a.chart) - rank(chartNames, b.chart));
  const step =
    (stage: Stage) =>
    ({ chart, objects }: Chart): RolloutStep => ({
      chart,
      stage,
      objects: sortByKind(objects.filter((object) => stageOf(object) === stage)),
    });
  const steps = [...ordered.map(step('configure')), ...ordered.flatMap((chart) => [step('migrate')(chart), step('run')(chart)])];
  return steps.filter(({ objects }) => objects.length > 0);
}

const kindOrder = [...configuration, ...running];
const sortByKind = (objects: readonly KubeObject[]): KubeObject[] =>
  objects.toSorted((a, b) => rank(kindOrder, a.kind) - rank(kindOrder, b.kind) || a.metadata.name.localeCompare(b.metadata.name));

const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];
export const isWorkload = ({ kind }: { readonly kind: string }): boolean => workloadKinds.includes(kind);
