import { components } from '../../service/contract/components.ts';
import { marks } from '../../service/contract/product.ts';
import { callsKubernetes } from '../constructs/api-access.ts';
import { containers, type Policy, workloads } from './policy.ts';

/** Pod Security `restricted`, plus a read-only root and no API token but for who calls the API (guide row SE-14). */
export const restricted: Policy = (objects) => [
  ...workloads(objects).flatMap(({ name, template, template: { spec } }) => [
    ...(spec.securityContext.runAsNonRoot ? [] : [`${name} may run as root: set securityContext.runAsNonRoot`]),
    ...(spec.securityContext.seccompProfile?.type === 'RuntimeDefault' ? [] : [`${name} has no seccomp profile RuntimeDefault`]),
    ...tokenMistakes(name, template),
  ]),
  ...containers(objects).flatMap(({ path, securityContext: context }) => [
    ...(context.allowPrivilegeEscalation === false ? [] : [`${path} may escalate privileges`]),
    ...(context.readOnlyRootFilesystem ? [] : [`${path} has a writable root`]),
    ...(context.capabilities?.drop.includes('ALL') ? [] : [`${path} keeps capabilities: drop ALL`]),
  ]),
];

/** A token is mounted exactly where the contract connects the component to the Kubernetes API, and is that of its own account. */
function tokenMistakes(name: string, { metadata, spec }: ReturnType<typeof workloads>[number]['template']): string[] {
  const component = componentNames.find((each) => each === metadata.labels[marks.component]);
  const declared = component !== undefined && callsKubernetes(component);
  const mounted = spec.automountServiceAccountToken !== false;
  if (mounted && !declared)
    return [`${name} mounts a service account token, but the contract declares no connection from ${component} to kubernetes`];
  if (declared && !mounted)
    return [`${name} mounts no service account token, but the contract declares a connection from ${component} to kubernetes`];
  return mounted && (spec.serviceAccountName ?? 'default') === 'default'
    ? [`${name} mounts the token of the account default: give it its own`]
    : [];
}

const componentNames = Object.keys(components).filter((each): each is keyof typeof components => each in components);
