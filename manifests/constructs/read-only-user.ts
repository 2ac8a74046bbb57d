import type { Construct } from 'constructs';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { readOnlySubject } from './deployer.ts';
import { readOnlyRules } from './deployer-role.ts';
import { commonLabels } from './labels.ts';
import { addAdmissionPolicy } from './newer-kubernetes.ts';
import { addRole } from './rbac.ts';

/**
 * The read-only user, if the environment has one. A dry run of an apply requires the same RBAC permission as the apply, so an admission
 * policy denies all writes of this user that are not dry runs.
 */
export function addReadOnlyUser(scope: Construct, environment: Environment, deployed: readonly KubernetesObject[]): void {
  const subject = readOnlySubject(environment);
  if (subject === undefined) return;
  const { namespace, names } = environment;
  const labels = commonLabels(environment);
  addRole(scope, 'read-only', { name: `${names.prefix}-read-only`, namespace, labels }, readOnlyRules(deployed), subject);
  addAdmissionPolicy(scope, 'dry-runs', {
    metadata: { name: `${namespace}-read-only`, labels },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['*'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
            resources: ['*/*'],
            scope: 'Namespaced',
          },
        ],
      },
      matchConditions: [{ name: 'read-only-user', expression: `request.userInfo.username == ${JSON.stringify(subject.name)}` }],
      validations: [
        { expression: 'has(request.dryRun) && request.dryRun', message: 'this user may only do dry runs', reason: 'Forbidden' },
      ],
    },
  });
}
