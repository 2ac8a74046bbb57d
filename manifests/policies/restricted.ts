import { containers, type Policy, workloads } from './policy.ts';

/** Pod Security `restricted`, plus a read-only root and no API token (guide row SE-14). */
export const restricted: Policy = (objects) => [
  ...workloads(objects).flatMap(({ name, template: { spec } }) => [
    ...(spec.securityContext.runAsNonRoot ? [] : [`${name} may run as root: set securityContext.runAsNonRoot`]),
    ...(spec.securityContext.seccompProfile?.type === 'RuntimeDefault' ? [] : [`${name} has no seccomp profile RuntimeDefault`]),
    ...(spec.automountServiceAccountToken === false ? [] : [`${name} mounts a service account token`]),
  ]),
  ...containers(objects).flatMap(({ path, securityContext: context }) => [
    ...(context.allowPrivilegeEscalation === false ? [] : [`${path} may escalate privileges`]),
    ...(context.readOnlyRootFilesystem ? [] : [`${path} has a writable root`]),
    ...(context.capabilities?.drop.includes('ALL') ? [] : [`${path} keeps capabilities: drop ALL`]),
  ]),
];
