import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../components/components.ts';
import { connections } from '../components/connections.ts';
import type { Environment } from '../environments/environment.ts';
import { componentLabels } from './labels.ts';

/** Whether a pod of ours may call the Kubernetes API: its component has a declared connection to it. No other one gets a token. */
export const usesKubernetesApi = (component: ComponentName): boolean =>
  // An operator's pods are its own, with accounts that it makes.
  connections.some((each) => each.from === component && each.to === 'kubernetes' && !('operatorManaged' in each));

/** Name of the account of a component that calls the API. */
export const serviceAccountName = ({ names }: Environment, component: ComponentName) => `${names.prefix}-${component}`;

/** An account for a component's pods, and what it may do in the service's namespace; elsewhere it may do nothing. */
export function addKubernetesApiAccess(
  scope: Construct,
  environment: Environment,
  component: ComponentName,
  { from, rules }: { readonly from: string; readonly rules: k8s.PolicyRule[] },
): void {
  const name = serviceAccountName(environment, component);
  const { namespace } = environment;
  const own = { name, labels: componentLabels(environment, component) };
  new k8s.KubeServiceAccount(scope, `${component}-account`, { metadata: { ...own, namespace: from }, automountServiceAccountToken: false });
  new k8s.KubeRole(scope, `${component}-role`, { metadata: { ...own, namespace }, rules });
  new k8s.KubeRoleBinding(scope, `${component}-binding`, {
    metadata: { ...own, namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace: from }],
  });
}
