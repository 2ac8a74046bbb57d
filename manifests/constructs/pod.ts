import { k8s } from 'cdk8s-plus-28';
import { metadataKeys } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import type { ComponentName } from '../components/components.ts';
import type { Environment, Resources } from '../environments/environment.ts';
import { contentHash } from './content-hash.ts';
import { serviceAccountName, usesKubernetesApi } from './kubernetes-api-access.ts';
import { componentLabels, selectorLabels } from './labels.ts';
import { priorityClassOf } from './priority-classes.ts';
import { toQuantities } from './quantity.ts';

/** Guide row DC-02 (G3): the uid and gid of the image. */
export const imageUser = 1001;

export interface HardenedPod {
  readonly component: ComponentName;
  /** 0 only for who reads files of the node. */
  readonly user: number;
  /** Folders of the node that it reads, at the same paths: the contract says which components may. */
  readonly hostPaths?: readonly string[];
  readonly resources: Resources;
  /** Everything else of the one container; its security context is not up for choice. */
  readonly container: Omit<k8s.Container, 'name' | 'resources' | 'securityContext'>;
  /** Paths that are writable: an empty folder each, gone with the pod. */
  readonly writablePaths?: readonly string[];
  readonly spec?: Partial<Omit<k8s.PodSpec, 'containers' | 'securityContext'>>;
  /** Seconds: sleep before SIGTERM, and until SIGKILL. */
  readonly shutdown?: { readonly preStop: number; readonly grace: number };
}

/**
 * A pod template that Pod Security `restricted` accepts: non-root, read-only root, no capabilities; a token only where the contract connects
 * the component to the Kubernetes API.
 * Its content hash is an annotation, which the service reports as its release.
 */
export function hardenedPodTemplate(
  environment: Environment,
  { component, user, hostPaths = [], resources, container, writablePaths = [], spec = {}, shutdown }: HardenedPod,
): k8s.PodTemplateSpec {
  const scratch = writablePaths.map((path, index) => ({ name: `scratch-${index}`, path }));
  const folders = hostPaths.map((path, index) => ({ name: `node-${index}`, path }));
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
          ...scratch.map(({ name, path }) => ({ name, mountPath: path })),
          ...folders.map(({ name, path }) => ({ name, mountPath: path, readOnly: true })),
        ],
      },
    ],
    volumes: [
      ...(spec.volumes ?? []),
      ...scratch.map(({ name }) => ({ name, emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } })),
      ...folders.map(({ name, path }) => ({ name, hostPath: { path, type: 'Directory' } })),
    ],
  };
  const annotations = { [metadataKeys.release]: contentHash({ template, shutdown }), ...evictable(component) };
  return { metadata: { labels: { ...componentLabels(environment, component) }, annotations }, spec: template };
}

/**
 * The cluster autoscaler takes no node away on which a pod has an empty folder, unless the pod says that nothing in it matters
 * (guide row K8-18). What serves can go at any time, its budget permitting; what is left out stays where it is.
 */
const evictable = (component: ComponentName): Readonly<Record<string, string>> =>
  workloadRoles.some((role) => role === component) ? { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' } : {};

/** One replica a zone and a host, as far as they go round (guide row K8-24). */
export function spread(environment: Environment, component: ComponentName): k8s.TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    topologyKey,
    maxSkew: 1,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { ...selectorLabels(environment, component) } },
    matchLabelKeys: ['pod-template-hash'],
  }));
}
