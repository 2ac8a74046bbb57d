import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { getJson, kubectl } from '../cluster.ts';
import { standIn } from './shop.ts';

const namespace = 'verdict-registry';

/** How the registry behind a host behaves (tests/e2e/images/stand-in.js). */
const doors = { forbidding: 'registry-forbids', throttling: 'registry-throttles' } as const;
export type Door = keyof typeof doors;

/** One host name per tool, so that each finds an unused registry. */
const tools = ['leyenda', 'kubectl', 'helm'];
/** The host in an image's name. */
export const hostOf = (door: Door, tool: string): string => `${door}-${tool}.example`;

const isDoor = (name: string): name is Door => name in doors;
/** Where containerd looks for each host's registry, on each node. */
const hostFolders = (folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    Object.keys(doors)
      .filter(isDoor)
      .flatMap((door) => tools.map((tool) => join(folder, hostOf(door, tool)))),
  );

/**
 * Puts misbehaving registries into the cluster and configures the nodes' containerd for them. Needs to know where containerd's `config_path` is on each
 * node (E2E_CONTAINERD_HOSTS, with commas between) and the registry that has the images (E2E_REGISTRY, as nodes reach it).
 * @returns how to take them away; undefined where that is not known
 */
export async function openDoors(image: string): Promise<(() => void) | undefined> {
  const { E2E_CONTAINERD_HOSTS: hosts, E2E_REGISTRY: upstream } = process.env;
  if (!hosts || !upstream) return undefined;
  const folders = hosts.split(',');
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=60s']);
  await kubectl(['create', 'namespace', namespace]);
  for (const [name, behaviour] of Object.entries(doors)) {
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
    for (const folder of hostFolders(folders)) {
      if (!basename(folder).startsWith(name)) continue;
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'hosts.toml'), `server = "${address}"\n[host."${address}"]\n  capabilities = ["pull", "resolve"]\n`);
    }
  }
  return () => {
    for (const folder of hostFolders(folders)) rmSync(folder, { recursive: true, force: true });
  };
}
