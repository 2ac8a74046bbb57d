import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getJson, kubectl } from '../cluster.ts';
import { standIn } from './shop.ts';

const namespace = 'verdict-registry';

/** Hosts that image names may have, and how the registry behind them behaves (tests/e2e/images/stand-in.js). */
const doors = { 'forbidding.example': 'registry-forbids', 'throttling.example': 'registry-throttles' } as const;

/**
 * Puts misbehaving registries into the cluster and tells the nodes' containerd of them. Needs to know where containerd's `config_path` is on each
 * node (E2E_CONTAINERD_HOSTS, with commas between) and the registry that has the images (E2E_REGISTRY, as nodes reach it).
 * @returns how to take them away; undefined where that is not known
 */
export async function openDoors(image: string): Promise<(() => void) | undefined> {
  const { E2E_CONTAINERD_HOSTS: hosts, E2E_REGISTRY: upstream } = process.env;
  if (!hosts || !upstream) return undefined;
  const folders = hosts.split(',');
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=60s']);
  await kubectl(['create', 'namespace', namespace]);
  for (const [host, behaviour] of Object.entries(doors)) {
    const name = host.split('.')[0] ?? host;
    const labels = { app: name };
    const env = [{ name: 'UPSTREAM', value: upstream }];
    const container = { readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1, failureThreshold: 30 } };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: standIn(image, behaviour, { env, container }),
    };
    const spec = { selector: labels, ports: [{ port: 80, targetPort: 8080 }] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec };
    await kubectl(['apply', '-f', '-'], [service, pod].map((object) => JSON.stringify(object)).join('\n---\n'));
    await kubectl(['wait', '-n', namespace, `pod/${name}`, '--for=condition=Ready', '--timeout=60s']);
    const address = `http://${(await getJson('service', name, '-n', namespace)).spec.clusterIP}`;
    for (const folder of folders) {
      mkdirSync(join(folder, host), { recursive: true });
      writeFileSync(join(folder, host, 'hosts.toml'), `server = "${address}"\n[host."${address}"]\n  capabilities = ["pull", "resolve"]\n`);
    }
  }
  return () => {
    for (const folder of folders) for (const host of Object.keys(doors)) rmSync(join(folder, host), { recursive: true, force: true });
  };
}
