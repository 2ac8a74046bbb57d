import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { readOnlySubject } from './deployer.ts';
import { readOnlyRules } from './deployer-role.ts';
import { commonLabels } from './labels.ts';

/**
 * Who only looks, and what keeps that so: RBAC cannot tell a dry run from an apply, an admission policy can. Nothing where the environment
 * names nobody.
 */
export function addReadOnlyUser(scope: Construct, environment: Environment, deployed: readonly KubernetesObject[]): void {
  const subject = readOnlySubject(environment);
  if (subject === undefined) return;
  const { namespace, names } = environment;
  const labels = commonLabels(environment);
  const name = `${names.prefix}-watcher`;
  const own = { name, namespace, labels };
  new k8s.KubeRole(scope, 'watcher-role', { metadata: own, rules: readOnlyRules(deployed) });
  new k8s.KubeRoleBinding(scope, 'watcher-binding', {
    metadata: own,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [subject],
  });
  dryRunsOnly(scope, { name: `${namespace}-watcher`, labels }, subject.name);
}

/** Any write of the user, anywhere, that is none. */
function dryRunsOnly(scope: Construct, metadata: { readonly name: string; readonly labels: Record<string, string> }, user: string): void {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const everything = {
    apiGroups: ['*'],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    resources: ['*/*'],
    scope: 'Namespaced',
  };
  const policy: k8s.ValidatingAdmissionPolicySpecV1Beta1 = {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules: [everything] },
    matchConditions: [{ name: 'watcher', expression: `request.userInfo.username == ${JSON.stringify(user)}` }],
    validations: [
      { expression: 'has(request.dryRun) && request.dryRun', message: 'who only looks may write nothing', reason: 'Forbidden' },
    ],
  };
  const binding: k8s.ValidatingAdmissionPolicyBindingSpecV1Beta1 = { policyName: metadata.name, validationActions: ['Deny'] };
  new ApiObject(scope, 'dry-runs', { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec: policy });
  new ApiObject(scope, 'dry-runs-here', { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: binding });
}
