import { imageName } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import type { Chart } from '../../scripts/rollout/plan/deploy-order.ts';
import { kubectl, kubectlResult } from './cluster.ts';

/** Tests of the API server alone: they need a cluster, but no image and no node that runs anything. */
export const missing = process.env.KUBECONFIG ? undefined : 'KUBECONFIG names no cluster';

/** An image of the service that no registry has: it is never pulled here. */
export const unpulled = `${imageName(team.repository.toLowerCase())}@sha256:${'0'.repeat(64)}`;

const builtIn = ['v1', 'apps/v1', 'batch/v1', 'autoscaling/v2', 'policy/v1', 'networking.k8s.io/v1'];
/** Charts without kinds that an operator brings: a bare control plane knows none of them. */
export const builtInOnly = (charts: readonly Chart[]): Chart[] =>
  charts.map(({ chart, objects }) => ({ chart, objects: objects.filter(({ apiVersion }) => builtIn.includes(apiVersion)) }));

export const asText = (objects: readonly KubernetesObject[]): string => objects.map((object) => JSON.stringify(object)).join('\n---\n');

/** Applies objects as the cluster's admin. */
export const apply = (objects: readonly KubernetesObject[]): Promise<string> =>
  kubectl(['apply', '--server-side', '-f', '-'], asText(objects));

/** The API server's error for a dry run of an object; empty if it accepts it. */
export async function rejection(object: object): Promise<string> {
  const { code, stdout, stderr } = await kubectlResult(['apply', '--server-side', '--dry-run=server', '-f', '-'], JSON.stringify(object));
  return code === 0 ? '' : stderr + stdout;
}

/** Creates the namespaces that the objects are in and that they do not declare, such as the monitoring stack's. */
export async function createMissingNamespaces(objects: readonly KubernetesObject[]): Promise<void> {
  const declared = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const used = new Set(objects.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined));
  const missing = [...used.difference(declared)];
  for (const name of missing) {
    const { stdout } = await kubectlResult(['get', 'namespace', name, '-o', 'jsonpath={.status.phase}']);
    if (stdout === 'Terminating') await kubectl(['wait', '--for=delete', `namespace/${name}`, '--timeout=120s']);
    await apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }]);
  }
}
