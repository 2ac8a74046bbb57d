import type { Container, ContainerStatus, Pod } from './kubernetes-objects.ts';

/** What a container is for: `init` must end before the pod runs, `sidecar` is an init container that stays, `debug` is an ephemeral one. */
export type ContainerRole = 'init' | 'sidecar' | 'main' | 'debug';

/** One container of a pod with its status. */
export interface PodContainer {
  readonly role: ContainerRole;
  readonly spec: Container | undefined;
  readonly status: ContainerStatus;
}

/** Every container of a pod that has a status, in the order in which Kubernetes starts them. */
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

/** Those that run as long as their pod does: a restart of one of them after the rollout is a failure. */
export const longRunningContainers = (pod: Pod): readonly PodContainer[] =>
  containersOf(pod).filter(({ role }) => role === 'main' || role === 'sidecar');
