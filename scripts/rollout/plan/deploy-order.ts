import { adminCharts, chartNames } from '../../../manifests/chart-names.ts';
import type { KubeObject } from '../../cluster/objects.ts';

/** A synthesized chart. */
export interface Chart {
  readonly chart: string;
  readonly objects: readonly KubeObject[];
}

/** Objects that are applied together, in this order. The next step starts when the workloads of this one are healthy. */
export interface RolloutStep {
  readonly chart: string;
  readonly stage: Stage;
  readonly objects: readonly KubeObject[];
}

/** Dependencies first: configuration, then migrations, then the workloads that need both. */
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
/** A Service before its pods, a database before its clients and backups, a workload before its autoscaler and budget, a backend before its route. */
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

/** The charts that a deploy applies: without the administrator's charts, which have namespaces of their own and may not be installed. */
export const withoutAdminCharts = (charts: readonly Chart[]): Chart[] =>
  charts.filter(({ chart }) => !adminCharts.some((name) => name === chart));

const rank = (list: readonly string[], value: string): number => {
  const position = list.indexOf(value);
  return position === -1 ? list.length : position;
};

const stageOf = ({ kind }: KubeObject): Stage => (kind === 'Job' ? 'migrate' : configuration.includes(kind) ? 'configure' : 'run');

/**
 * The non-empty steps of a rollout, without the administrator's charts. The configuration of all charts comes first: the network policies of
 * a store are in the service's chart, and must exist before the store starts.
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
