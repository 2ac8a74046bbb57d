import { k8s } from 'cdk8s-plus-28';
import { metadataKeys } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import type { ComponentName } from '../components/components.ts';
import type { Environment, Resources } from '../environments/environment.ts';
import { contentHash } from './content-hash.ts';
import { imagePullSecretsOf } from './image-pull-secrets.ts';
import { serviceAccountName, usesKubernetesApi } from './kubernetes-api-access.ts';
import { componentLabels, selectorLabels } from './labels.ts';
import { priorityClassOf } from './priority-classes.ts';
import { toQuantities } from './quantity.ts';

/** Uid and gid of the service's image. */
export const imageUser = 1001;

export interface HardenedPod {
  readonly component: ComponentName;
  /** Uid and gid. 0 only for components that read files of the node. */
  readonly user: number;
  /** Folders of the node, mounted read-only at the same paths; only for components with `readsNode`. */
  readonly hostPaths?: readonly string[];
  readonly resources: Resources;
  /** The container; its security context is fixed. */
  readonly container: Omit<k8s.Container, 'name' | 'resources' | 'securityContext'>;
  /** Each is an emptyDir volume. */
  readonly writablePaths?: readonly string[];
  readonly spec?: Partial<Omit<k8s.PodSpec, 'containers' | 'securityContext'>>;
  /** Seconds of sleep before SIGTERM, and until SIGKILL. */
  readonly shutdown?: { readonly preStop: number; readonly grace: number };
}

/**
 * A pod template that Pod Security `restricted` accepts: non-root, read-only root filesystem, no capabilities, and a service account token
 * only for components that call the Kubernetes API. An annotation has the template's content hash, which the service reports as its release.
 */
export function hardenedPodTemplate(
  environment: Environment,
  { component, user, hostPaths = [], resources, container, writablePaths = [], spec = {}, shutdown }: HardenedPod,
): k8s.PodTemplateSpec {
  const scratchVolumes = writablePaths.map((path, index) => ({ name: `scratch-${index}`, path }));
  const hostVolumes = hostPaths.map((path, index) => ({ name: `node-${index}`, path }));
  const template: k8s.PodSpec = {
    automountServiceAccountToken: usesKubernetesApi(component),
    ...(usesKubernetesApi(component) && { serviceAccountName: serviceAccountName(environment, component) }),
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: user !== 0,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...priorityClassOf(environment, component),
    ...imagePullSecretsOf(environment),
    ...spec,
    ...(shutdown && { terminationGracePeriodSeconds: shutdown.grace }),
    containers: [
      {
        ...container,
        name: component,
        resources: { requests: toQuantities(resources.requests), limits: toQuantities(resources.limits) },
        securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        volumeMounts: [
          ...(container.volumeMounts ?? []),
          ...scratchVolumes.map(({ name, path }) => ({ name, mountPath: path })),
          ...hostVolumes.map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
        ],
      },
    ],
    volumes: [
      ...(spec.volumes ?? []),
      ...scratchVolumes.map(({ name }) => ({ name, emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } })),
      ...hostVolumes.map(({ name, path }) => ({ name, hostPath: { path, type: 'Directory' } })),
    ],
  };
  const annotations = { [metadataKeys.release]: contentHash({ template, shutdown }), ...evictable(component) };
  return { metadata: { labels: { ...componentLabels(environment, component) }, annotations }, spec: template };
}

/**
 * The cluster autoscaler does not remove a node with a pod that has an emptyDir, unless the pod is marked as safe to evict. Workload roles
 * are, within their disruption budgets; all other components block the removal of their node.
 */
const evictable = (component: ComponentName): Readonly<Record<string, string>> =>
  workloadRoles.some((role) => role === component) ? { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' } : {};

/** Spreads replicas over zones and nodes. */
export function spread(environment: Environment, component: ComponentName): k8s.TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...selectorLabels(environment, component) } },
    matchLabelKeys: ['pod-template-hash'],
  }));
}
