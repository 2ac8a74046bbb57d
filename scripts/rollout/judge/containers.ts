import type { Container, ContainerStatus, Pod } from './kubernetes-objects.ts';

/** `init` must succeed before the pod runs, `sidecar` is an init container that keeps running, `debug` is an ephemeral container. */
export type ContainerRole = 'init' | 'sidecar' | 'main' | 'debug';

/** One container of a pod with its status. */
export interface PodContainer {
  readonly role: ContainerRole;
  readonly spec: Container | undefined;
  readonly status: ContainerStatus;
}

/** The containers of a pod that have a status, in the order in which Kubernetes starts them. */
export function containersOf({ spec, status }: Pod): readonly PodContainer[] {
  return [
    ...withSpecs(spec?.initContainers, status?.initContainerStatuses, (container) =>
      container?.restartPolicy === 'Always' ? 'sidecar' : 'init',
    ),
    ...withSpecs(spec?.containers, status?.containerStatuses, () => 'main'),
    ...withSpecs(spec?.ephemeralContainers, status?.ephemeralContainerStatuses, () => 'debug'),
  ];
}

function withSpecs(
  specs: readonly Container[] = [],
  statuses: readonly ContainerStatus[] = [],
  roleOf: (spec: Container | undefined) => ContainerRole,
): readonly PodContainer[] {
  return statuses.map((status) => {
    const spec = specs.find(({ name }) => name === status.name);
    return { role: roleOf(spec), spec, status };
  });
}

/** Containers that run as long as their pod: a restart of one after the rollout is a failure. */
export const longRunningContainers = (pod: Pod): readonly PodContainer[] =>
  containersOf(pod).filter(({ role }) => role === 'main' || role === 'sidecar');
