import { metadataKeys } from '../../contract/product.ts';
import { type ComponentName, componentNames, components } from '../components/components.ts';
import { usesKubernetesApi } from '../constructs/kubernetes-api-access.ts';
import { containersIn, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/**
 * Pod Security `restricted`, plus a read-only root filesystem and a service account token only for components that call the Kubernetes API.
 * Components that the contract marks `readsNode` run as root, because root owns the node's log files.
 */
export const podSecurity: Policy = (objects) => [
  ...workloadsIn(objects).flatMap(({ name, template, template: { spec } }) => [
    ...(spec.securityContext.runAsNonRoot || readsNode(componentOf(template))
      ? []
      : [`${name} may run as root: set securityContext.runAsNonRoot`]),
    ...(spec.securityContext.seccompProfile?.type === 'RuntimeDefault' ? [] : [`${name} has no seccomp profile RuntimeDefault`]),
    ...validateToken(name, template),
    ...validateHostPaths(name, template),
  ]),
  ...containersIn(objects).flatMap(({ path, securityContext: context }) => [
    ...(context.allowPrivilegeEscalation === false ? [] : [`${path} may escalate privileges`]),
    ...(context.readOnlyRootFilesystem ? [] : [`${path} has a writable root filesystem`]),
    ...(context.capabilities?.drop.includes('ALL') ? [] : [`${path} keeps capabilities: drop ALL`]),
  ]),
];

/** A token is mounted exactly if the contract connects the component to the Kubernetes API, and belongs to the component's own account. */
function validateToken(name: string, template: Template): string[] {
  const { spec } = template;
  const component = componentOf(template);
  const declared = component !== undefined && usesKubernetesApi(component);
  const mounted = spec.automountServiceAccountToken !== false;
  if (mounted && !declared)
    return [`${name} mounts a service account token, but the contract declares no connection from ${component} to kubernetes`];
  if (declared && !mounted)
    return [`${name} mounts no service account token, but the contract declares a connection from ${component} to kubernetes`];
  return mounted && (spec.serviceAccountName ?? 'default') === 'default'
    ? [`${name} mounts the token of the service account "default": give it its own account`]
    : [];
}

type Template = ReturnType<typeof workloadsIn>[number]['template'];

const componentOf = ({ metadata }: Template) => componentNames.find((each) => each === metadata.labels[metadataKeys.component]);

const readsNode = (component?: ComponentName) => component !== undefined && 'readsNode' in components[component];

/** Host paths are mounted read-only, and only by components that the contract marks `readsNode`. */
function validateHostPaths(name: string, template: Template): string[] {
  const { volumes, containers: all } = template.spec;
  const component = componentOf(template);
  return volumes.flatMap((volume) => {
    if (!volume.hostPath) return [];
    const { path } = volume.hostPath;
    if (!readsNode(component)) return [`${name} mounts ${path} of the node, but the contract does not mark ${component} with readsNode`];
    const mounts = all.flatMap(({ volumeMounts }) => volumeMounts.filter((mount) => mount.name === volume.name));
    return mounts.every(({ readOnly }) => readOnly) ? [] : [`${name} may write to ${path} of the node`];
  });
}
