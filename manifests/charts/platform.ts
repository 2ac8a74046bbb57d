import { Chart } from 'cdk8s';
import { ServiceAccount } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { deployerSubject } from '../constructs/deployer.ts';
import { deployerRules } from '../constructs/deployer-role.ts';
import { addGateAccess } from '../constructs/gate-access.ts';
import { addImageAdmission } from '../constructs/image-admission.ts';
import { commonLabels } from '../constructs/labels.ts';
import { PodSecurityNamespace } from '../constructs/namespace.ts';
import { addPriorityClasses } from '../constructs/priority-classes.ts';
import { addRole } from '../constructs/rbac.ts';
import { addReadOnlyUser } from '../constructs/read-only-user.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { addNamespaceQuota } from './namespace-quota.ts';

/**
 * Objects that a cluster admin applies once: the namespace with Pod Security `restricted` and its quota, priority classes, image
 * admission, and the deployer with exactly the permissions that the other charts require.
 */
export class PlatformChart extends Chart {
  constructor(scope: Construct, environment: Environment, deployed: readonly KubernetesObject[], image = environment.image) {
    super(scope, 'platform', { disableResourceNameHashes: true });
    const { namespace, names, admission, deployer, strategy, monitoring } = environment;
    new PodSecurityNamespace(this, 'namespace', environment, namespace);
    addNamespaceQuota(this, environment);
    addPriorityClasses(this, environment);
    if (admission === 'pinned-images') addImageAdmission(this, environment, { image, deployed });
    if (strategy?.gate && monitoring.kind === 'operator') addGateAccess(this, environment);
    const metadata = { name: names.deployer, namespace, labels: commonLabels(environment) };
    if (deployer === undefined) new ServiceAccount(this, 'deployer', { metadata, automountToken: false });
    addRole(this, 'deployer', metadata, deployerRules(deployed), deployerSubject(environment));
    addReadOnlyUser(this, environment, deployed);
  }
}
