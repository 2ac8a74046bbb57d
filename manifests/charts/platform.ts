import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { addGateAccess } from '../constructs/canary-access.ts';
import { deployerSubject } from '../constructs/deployer.ts';
import { deployerRules } from '../constructs/deployer-role.ts';
import { addImageAdmission } from '../constructs/image-admission.ts';
import { commonLabels } from '../constructs/labels.ts';
import { PodSecurityNamespace } from '../constructs/namespace.ts';
import { addPriorityClasses } from '../constructs/priority-classes.ts';
import { addReadOnlyUser } from '../constructs/read-only-user.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { namespaceQuota } from './namespace-quota.ts';

/**
 * What a cluster admin applies once: the namespace (guide row K8-01) with Pod Security `restricted` and bounds, the order in
 * which pods wait, what may run, and the deployer with exactly the rights that the other charts need.
 */
export class PlatformChart extends Chart {
  constructor(scope: Construct, environment: Environment, deployed: readonly KubernetesObject[], image = environment.image) {
    super(scope, 'platform', { disableResourceNameHashes: true });
    const { namespace, names } = environment;
    const labels = commonLabels(environment);
    new PodSecurityNamespace(this, 'namespace', environment, namespace);
    namespaceQuota(this, environment);
    addPriorityClasses(this, environment);
    if (environment.admission === 'pinned-images') addImageAdmission(this, environment, { image, deployed });
    if (environment.strategy?.gate && environment.monitoring.kind === 'operator') addGateAccess(this, environment);
    const metadata = { name: names.deployer, namespace, labels };
    if (environment.deployer === undefined) new k8s.KubeServiceAccount(this, 'deployer', { metadata, automountServiceAccountToken: false });
    new k8s.KubeRole(this, 'deployer-role', { metadata, rules: deployerRules(deployed) });
    new k8s.KubeRoleBinding(this, 'deployer-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: names.deployer },
      subjects: [deployerSubject(environment)],
    });
    addReadOnlyUser(this, environment, deployed);
  }
}
