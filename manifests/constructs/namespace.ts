import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { metadataKeys } from '../../contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import { commonLabels } from './labels.ts';
import { removeNamespace } from './newer-kubernetes.ts';

/** `privileged` only for pods that read files of their node. */
type PodSecurity = 'restricted' | 'privileged';

/** A namespace that enforces a level of Pod Security. */
export class PodSecurityNamespace extends k8s.KubeNamespace {
  constructor(scope: Construct, id: string, environment: Environment, name: string, level: PodSecurity = 'restricted') {
    const modes = ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]);
    // The name of a reference is a path, and labels must not contain slashes.
    const owner = { [metadataKeys.partOf]: environment.names.prefix, [metadataKeys.environment]: environment.name.replaceAll('/', '.') };
    const labels = { ...commonLabels(environment), ...owner, name, environment: environment.stage, ...Object.fromEntries(modes) };
    super(scope, id, { metadata: { name, labels } });
    removeNamespace(this);
  }
}
