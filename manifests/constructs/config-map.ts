import { ConfigMap } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { ComponentName } from '../components/components.ts';
import type { Environment } from '../environments/environment.ts';
import { contentHash } from './content-hash.ts';
import { componentLabels } from './labels.ts';

/**
 * An immutable ConfigMap, named by its content: a change creates a new one and rolls the pods, and a rollback finds the old one.
 * @param prefix of the name, before the content's hash
 * @returns the name
 */
export function addConfigMap(
  scope: Construct,
  environment: Environment,
  component: ComponentName,
  data: Record<string, string>,
  prefix = `${environment.names.config}-${component}`,
): string {
  const name = `${prefix}-${contentHash(data)}`;
  new ConfigMap(scope, `${component}-config`, {
    metadata: { name, labels: componentLabels(environment, component) },
    immutable: true,
    data,
  });
  return name;
}
