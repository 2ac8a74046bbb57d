import { describe, expect, test } from '@jest/globals';
import { metadataKeys, product } from '../../contract/product.ts';
import type { Environment, Logs } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { policies } from '../policies/index.ts';
import { synthesizeEnvironment } from '../synth.ts';

const logs: Logs = {
  kind: 'fluent-bit',
  namespace: 'fluent-bit',
  elasticsearch: { service: 'elasticsearch', namespace: 'logging' },
  index: `${product.name}-logs`,
};
const environment: Environment = { ...local, logs };
const objectsOf = (given: Environment) =>
  synthesizeEnvironment(given)
    .filter(({ chart }) => chart === 'logging')
    .flatMap(({ objects }) => objects);
const objects = objectsOf(environment);
const one = (kind: string, of: readonly KubernetesObject[] = objects) => of.find((object) => object.kind === kind);
const configOf = (given: Environment): string => Object(one('ConfigMap', objectsOf(given))?.data)['fluent-bit.conf'];
const entries = (config: string) => [...config.matchAll(/^ +(\S+) +(.+)$/gm)].map(([, key, value]) => `${key} ${value}`);

describe('Fluent Bit', () => {
  test('is absent if the environment does not configure it', () => expect(objectsOf(local)).toEqual([]));

  test('has the configured input, tag, host and index', () => {
    expect(one('ConfigMap')?.metadata.name).toMatch(/^fluent-bit-config-/);
    expect(entries(configOf(environment))).toEqual(
      expect.arrayContaining([
        'Flush 1',
        'Log_Level info',
        `Path /var/log/containers/*${product.name}*.log`,
        'Tag kube.*',
        'Host elasticsearch.logging.svc.cluster.local',
        'Port 9200',
        `Index ${product.name}-logs`,
      ]),
    );
  });

  test('sends lines of the namespace only, although its path matches names in others', () => {
    const matches = entries(configOf(environment)).filter((entry) => entry.startsWith('Match '));
    expect(matches).toEqual(Array(2).fill(`Match kube.*_${local.namespace}_*`));
  });

  test('parses the lines of containerd and CRI-O in the one folder of the node that it mounts', () => {
    expect(entries(configOf(environment))).toContain('multiline.parser cri');
    const folders = Object(one('DaemonSet')?.spec)
      .template.spec.volumes.map(({ hostPath }: { hostPath?: { path: string } }) => hostPath?.path)
      .filter((path?: string) => path);
    expect(folders).toEqual(['/var/log']);
  });

  test('is the only workload in a namespace that allows host paths', () => {
    expect(one('Namespace')?.metadata).toMatchObject({
      name: 'fluent-bit',
      labels: { 'pod-security.kubernetes.io/enforce': 'privileged' },
    });
    expect(objects.filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'].includes(kind))).toHaveLength(1);
    expect(one('Role')).toMatchObject({ metadata: { namespace: local.namespace }, rules: [{ resources: ['pods'] }] });
  });

  test('may connect to Elasticsearch, DNS and the Kubernetes API, and nothing may connect to it', () => {
    const policy = objects.find(
      ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.labels?.[metadataKeys.component] === 'fluent-bit',
    );
    const { ingress, egress } = Object(policy?.spec);
    expect(ingress).toBeUndefined();
    expect(egress).toContainEqual({
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'logging' } } }],
      ports: [{ protocol: 'TCP', port: 9200 }],
    });
  });

  test('any other component that runs as root or reads files of the node is rejected', () => {
    expect(policies.podSecurity?.(objects, environment)).toEqual([]);
    const disguised = structuredClone(objects);
    const template = Object(one('DaemonSet', disguised)?.spec).template;
    template.metadata.labels[metadataKeys.component] = 'alloy';
    const violations = policies.podSecurity?.(disguised, environment).join('\n');
    expect(violations).toMatch(/DaemonSet\/fluent-bit may run as root/);
    expect(violations).toMatch(/mounts \/var\/log of the node, but the contract does not mark alloy with readsNode/);
  });

  test('does not write to folders of the node', () => {
    const writing = structuredClone(objects);
    const [container] = Object(one('DaemonSet', writing)?.spec).template.spec.containers;
    for (const mount of container.volumeMounts) mount.readOnly = false;
    expect(policies.podSecurity?.(writing, environment).join('\n')).toMatch(/may write to \/var\/log of the node/);
  });
});
