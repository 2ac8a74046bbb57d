import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { imageUser } from '../../manifests/constructs/pod.ts';
import type { Finding } from '../../scripts/cli/context.ts';
import { silentOutput } from '../../scripts/cli/testing/silent-output.ts';
import { composeTarget } from '../../scripts/compose/target.ts';
import { checkCompleteness, completenessItems } from '../../scripts/readiness/completeness.ts';
import { testDatabase } from '../../service/testing/database.ts';
import { startService, type TestService } from '../../service/testing/service.ts';

const folder = mkdtempSync(join(tmpdir(), 'leyenda-complete-'));
const image = `ghcr.io/example/api@sha256:${'a'.repeat(64)}`;
let service: TestService;
beforeAll(async () => {
  service = await startService();
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(join(folder, 'compose.staging.yaml'), 'services: {}\n');
  writeFileSync(join(folder, '.env.staging'), `LEYENDA_IMAGE=${image}\nLEYENDA_HOST=api.example.com\n`);
});
afterAll(async () => {
  await service.close();
  await testDatabase.destroy();
  rmSync(folder, { recursive: true });
});

const logLine = JSON.stringify({ level: 'info', timestamp: '2026-01-01T00:00:00.000Z', message: 'Application starting up' });

/** What the program `docker` of a host answers to each call, by its first words. */
const complete = {
  present: true,
  uid: imageUser,
  healthcheck: ['CMD', 'node', '/app/healthcheck.js'],
  state: 'running healthy',
  log: logLine,
  config: 0,
  key: 'admin-key',
  findings: [] as readonly Finding[],
};

/** The states of the seven items on a host with such a Docker, and the calls of it. */
async function check(change: Partial<typeof complete>) {
  const { present, uid, healthcheck, state, log, config, key, findings } = { ...complete, ...change };
  const inspected = [{ Config: { Healthcheck: { Test: healthcheck } } }];
  const program = `#!/bin/sh
echo "$*" >> ${folder}/calls
case "$1 $2" in
  'image inspect') ${present ? `echo '${JSON.stringify(inspected)}'` : 'echo "No such image" >&2; exit 1'} ;;
  'run --rm') echo '${JSON.stringify({ uid, gid: uid, writable: [] })}' ;;
  'run --detach') ${present ? 'echo container' : 'echo "No such image" >&2; exit 125'} ;;
  inspect*) echo '${state}' ;;
  logs*) echo '  API key           ${key}'; echo '${log}' ;;
  port*) echo '${new URL(service.url).host}' ;;
  compose*) exit ${config} ;;
esac
`;
  writeFileSync(join(folder, 'calls'), '');
  writeFileSync(join(folder, 'docker'), program, { mode: 0o755 });
  const items = await checkCompleteness(composeTarget({ environment: 'staging', version: 'pinned', folder }), {
    out: silentOutput,
    signal: new AbortController().signal,
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    loadWorkflows: async () => ({
      checkWorkflows: async () => [{ checker: 'rules', findings }],
      writeWorkflows: async () => ({ written: [], removed: [] }),
    }),
  });
  return { items, failed: items.filter(({ state }) => state === 'failed').map(({ item }) => item) };
}

describe('The completeness of a release on a host', () => {
  test('is seven items, which pass', async () => {
    const { items } = await check({});
    expect(items.map(({ item, state }) => [item, state])).toEqual(Object.keys(completenessItems).map((item) => [item, 'ok']));
    expect(items).toHaveLength(7);
  });

  test.each<[string, Partial<typeof complete>]>([
    ['user', { uid: 0 }],
    ['log', { log: 'listening on 8080' }],
    ['healthcheck', { healthcheck: [] }],
    ['healthcheck', { state: 'exited unhealthy' }],
    ['workflows', { findings: [{ file: '.github/workflows/ci.yml', line: 3, checker: 'rules', text: 'an action is not pinned' }] }],
    ['plan', { config: 1 }],
    ['validation', { key: 'reader-key' }],
  ])('fails %s alone for %j', async (item, change) => expect((await check(change)).failed).toEqual([item]));

  test('fails the image alone if it is not on the host, and the items that run it are not checkable', async () => {
    const { failed, items } = await check({ present: false });
    expect(failed).toEqual(['image']);
    expect(items[0]).toMatchObject({ detail: expect.stringContaining('No such image'), remedy: expect.stringContaining('pull') });
    expect(items.filter(({ state }) => state === 'not checkable').map(({ item }) => item)).toEqual([
      'user',
      'log',
      'healthcheck',
      'validation',
    ]);
  });
});
