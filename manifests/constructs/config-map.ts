import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../components/components.ts';
import type { Environment } from '../environments/environment.ts';
import { contentHash } from './content-hash.ts';
import { componentLabels } from './labels.ts';

/**
 * A component's configuration files, named by their content, so that a change rolls its pods and a rollback finds the old ones.
 * @returns the name to refer to
 */
export function addConfigMap(
  scope: Construct,
  environment: Environment,
  component: ComponentName,
  data: Readonly<Record<string, string>>,
): string {
  const name = `${environment.names.config}-${component}-${contentHash(data)}`;
  new k8s.KubeConfigMap(scope, `${component}-config`, {
    metadata: { name, labels: componentLabels(environment, component) },
    immutable: true,
    data,
  });
  return name;
}
