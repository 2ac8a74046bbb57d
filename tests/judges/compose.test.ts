import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { quantityValue } from '../../manifests/constructs/quantity.ts';
import { composeDeployments } from '../../manifests/targets/compose/deployment.ts';
import { root } from '../rules/sources.ts';
import { run, withTool } from './tool.ts';

/** In the repository, because mounted files are resolved relative to it. */
const folder = mkdtempSync(join(root, '.compose-judged-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A compose file with one mistake. */
function broken(file: string, change: (text: string) => string): string {
  const text = readFileSync(join(root, file), 'utf8');
  const path = join(folder, basename(file));
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  return path;
}

const swarm = composeDeployments.filter(({ platform }) => platform.kind === 'swarm').map(({ file }) => file);

const first = (found: string, other: string) => (text: string) => text.replace(found, other);

/** The library with which `docker compose` reads its files. */
await withTool('compose-go', () => {
  test.each(composeDeployments)('$file is what docker compose reads', async ({ file, environment }) => {
    const { code, text } = await run('compose-go', [join(root, file)]);
    expect({ code, warnings: text.split('\n').filter((line) => line.startsWith('time=')) }).toEqual({ code: 0, warnings: [] });
    const { api } = JSON.parse(text).services;
    const { limits, requests } = environment.workloads.api.resources;
    const { resources, replicas } = api.deploy;
    expect(Number(resources.limits.memory)).toBe(quantityValue(limits.memory));
    expect(Number(resources.reservations.memory)).toBe(quantityValue(requests.memory));
    expect(Number(resources.limits.cpus)).toBe(quantityValue(limits.cpu));
    expect(replicas).toBe(environment.workloads.api.scaling.min);
    expect(api.image).toBe(environment.image);
  });

  test('compose.monitoring.yaml is laid over production', async () => {
    const { code, text } = await run('compose-go', [join(root, 'compose.production.yaml'), join(root, 'compose.monitoring.yaml')]);
    expect(code).toBe(0);
    const { services, networks } = JSON.parse(text);
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining(['api', 'proxy', 'prometheus', 'alertmanager', 'grafana', 'loki', 'alloy']),
    );
    expect(networks.monitoring.ipam.config).toHaveLength(1);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['an unknown field', first('read_only: true', 'readonly: true'), /readonly/],
    ['a network that is not declared', first('      - egress', '      - elsewhere'), /refers to undefined network elsewhere/],
    ['a secret that is not declared', first('      - SECRET_KEY', '      - NO_KEY'), /refers to undefined secret NO_KEY/],
    ['a service that depends on itself', first('      postgres:\n        condition', '      migrate:\n        condition'), /cycle/],
    ['an invalid duration', first('interval: 10s', 'interval: often'), /invalid duration "often"/],
    ['a condition that does not exist', first('condition: service_healthy', 'condition: well'), /condition value must be one of/],
  ])('rejects a file with %s', async (_mistake, change, message) => {
    const { code, text } = await run('compose-go', [broken('compose.production.yaml', change)]);
    expect(text).toMatch(message);
    expect(code).toBe(1);
  });
});

/** Swarm has an older schema and rejects fields that it does not know. */
await withTool('docker', () => {
  test.each(swarm)('%s is what docker stack reads', async (file) => {
    const { code, text } = await run('docker', ['stack', 'config', '--compose-file', join(root, file)]);
    expect({ code, warnings: text.split('\n').filter((line) => /^(ignoring|warn)/i.test(line)) }).toEqual({ code: 0, warnings: [] });
  });

  test('docker stack rejects a field of Docker Compose', async () => {
    const path = broken('compose.cloud.yaml', first('read_only: true', 'pull_policy: build'));
    const { code, text } = await run('docker', ['stack', 'config', '--compose-file', path]);
    expect(text).toMatch(/pull_policy/);
    expect(code).not.toBe(0);
  });
});
