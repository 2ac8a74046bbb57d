import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { names } from '../../service/contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import { contentHash } from './hash.ts';
import { labels } from './labels.ts';

/**
 * Guide row K8-02, named by its content: a change makes a new object, so pods roll, and a rollback finds the old one.
 * @returns the name to refer to
 */
export function configMap(scope: Construct, environment: Environment): string {
  const name = `${names.config}-${contentHash(environment.config)}`;
  new k8s.KubeConfigMap(scope, 'config', { metadata: { name, labels: labels('api') }, immutable: true, data: { ...environment.config } });
  return name;
}
