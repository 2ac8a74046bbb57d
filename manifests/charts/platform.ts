import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { admission } from '../constructs/admission.ts';
import { namespaceBounds } from '../constructs/bounds.ts';
import { deployerOf, deployerSubject } from '../constructs/deployer.ts';
import { deployerRules } from '../constructs/deployer-role.ts';
import { commonLabels } from '../constructs/labels.ts';
import { GuardedNamespace } from '../constructs/namespace.ts';
import { priorityClasses } from '../constructs/priorities.ts';
import { watcher } from '../constructs/watcher.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../objects.ts';

/**
 * What a cluster admin applies once: the namespace (guide row K8-01) with Pod Security `restricted` and bounds, the order in
 * which pods wait, what may run, and the deployer with exactly the rights that the other charts need.
 */
export class PlatformChart extends Chart {
  constructor(scope: Construct, environment: Environment, deployed: readonly KubernetesObject[], image = environment.image) {
    super(scope, 'platform', { disableResourceNameHashes: true });
    const { namespace, names } = environment;
    const labels = commonLabels(environment);
    new GuardedNamespace(this, 'namespace', environment, namespace);
    namespaceBounds(this, environment);
    priorityClasses(this, environment);
    if (environment.admission) admission(this, environment, environment.admission, { image, deployed });
    const metadata = { name: names.deployer, namespace, labels };
    if (deployerOf(environment).kind === 'service-account')
      new k8s.KubeServiceAccount(this, 'deployer', { metadata, automountServiceAccountToken: false });
    new k8s.KubeRole(this, 'deployer-role', { metadata, rules: deployerRules(deployed) });
    new k8s.KubeRoleBinding(this, 'deployer-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: names.deployer },
      subjects: [deployerSubject(environment)],
    });
    watcher(this, environment, deployed);
  }
}
