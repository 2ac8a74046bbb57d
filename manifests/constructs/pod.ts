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
        // Images are named by digest or by an immutable tag: a cached one is the same, and restarts do not depend on the registry.
        imagePullPolicy: 'IfNotPresent',
        resources: withDisk(resources, writablePaths.length),
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
      ...scratchVolumes.map(({ name }) => ({ name, emptyDir: { sizeLimit: k8s.Quantity.fromString(`${scratchMi}Mi`) } })),
      ...hostVolumes.map(({ name, path }) => ({ name, hostPath: { path, type: 'Directory' } })),
    ],
  };
  const annotations = { [metadataKeys.release]: contentHash({ template, shutdown }), ...evictable(component) };
  return { metadata: { labels: { ...componentLabels(environment, component) }, annotations }, spec: template };
}

/** Size of each emptyDir. */
const scratchMi = 64;
/**
 * Disk of the node for a container's logs. The kubelet rotates them at 10 MiB and keeps five by default, some clouds five of 50 MiB; between
 * two of its checks, 10 s apart, a file may grow further.
 */
const logMi = { requests: 64, limits: 512 };

/** Resources with disk of the node: logs and emptyDirs, because the root file system is read-only. The kubelet evicts a pod above the limit. */
export function withDisk({ requests, limits }: Resources, scratchVolumes: number): k8s.ResourceRequirements {
  const disk = (logs: number) => ({ 'ephemeral-storage': `${logs + scratchVolumes * scratchMi}Mi` });
  return {
    requests: toQuantities({ ...requests, ...disk(logMi.requests) }),
    limits: toQuantities({ ...limits, ...disk(logMi.limits) }),
  };
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
