import { type k8s, ServiceAccount } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../components/components.ts';
import { connections } from '../components/connections.ts';
import type { Environment } from '../environments/environment.ts';
import { componentLabels } from './labels.ts';
import { addRole } from './rbac.ts';

/** Whether a component calls the Kubernetes API: a connection is declared. All other pods get no token. */
export const usesKubernetesApi = (component: ComponentName): boolean =>
  // Operators create the service accounts of the pods that they manage.
  connections.some((each) => each.from === component && each.to === 'kubernetes' && !('operatorManaged' in each));

export const serviceAccountName = ({ names }: Environment, component: ComponentName) => `${names.prefix}-${component}`;

/** A service account for a component's pods, in the namespace `from`, with permissions in the service's namespace only. */
export function addKubernetesApiAccess(
  scope: Construct,
  environment: Environment,
  component: ComponentName,
  { from, rules }: { readonly from: string; readonly rules: k8s.PolicyRule[] },
): void {
  const name = serviceAccountName(environment, component);
  const metadata = { name, namespace: environment.namespace, labels: componentLabels(environment, component) };
  new ServiceAccount(scope, `${component}-account`, { metadata: { ...metadata, namespace: from }, automountToken: false });
  addRole(scope, component, metadata, rules, { kind: 'ServiceAccount', name, namespace: from });
}
