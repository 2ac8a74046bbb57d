import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { local } from '../environments/local.ts';
import { policies } from '../policies/index.ts';
import { synthesizeEnvironment } from '../synth.ts';
import { livenessCommand } from './stateful-postgres.ts';

const database = local.database;
if (database.kind !== 'stateful-set' || local.cache.kind !== 'in-cluster') throw new Error('local has no stores of its own');
const stores = (environment = local) =>
  synthesizeEnvironment(environment).flatMap(({ chart, objects }) => (chart === 'data' ? objects : []));
const named = (kind: string, part: string, objects = stores()) =>
  objects.find((object) => object.kind === kind && object.metadata.name.includes(part));

describe('PostgreSQL on a volume of its own', () => {
  test('allows connections for all pods at maximum scale, the migration and a reserve', () => {
    // api 4, graphql 3, worker, scraper and analytics 2, one more of each in a rolling update: 18 pods with 5 each; 6 of the migration; 10 in reserve.
    expect(Object(named('ConfigMap', 'postgres')?.data)['postgresql.conf']).toMatch(/^max_connections = '106'$/m);
  });

  test('restarts when its configuration changes', () => {
    const pod = (memory: string) => {
      const resources = { ...database.resources, limits: { cpu: '1', memory } };
      return Object(named('StatefulSet', 'postgres', stores({ ...local, database: { ...database, resources } }))?.spec).template.spec
        .volumes;
    };
    expect(pod('3Gi')).not.toEqual(pod('2Gi'));
  });

  test('is rejected if it accepts fewer connections than the workloads open', () => {
    const config = { ...local.config, DATABASE_POOL_SIZE: '20' };
    expect(() => synthesizeEnvironment({ ...local, config })).toThrow(
      'data/postgres: local opens up to 391 connections (DATABASE_POOL_SIZE 20 in 18 pods at maximum scale, the migration, 10 reserved), but PostgreSQL with a memory limit of 1536Mi accepts 122',
    );
  });
});

test('A backup runs the program of the image that is deployed', () => {
  const image = `registry.example/captions@sha256:${'a'.repeat(64)}`;
  const objects = synthesizeEnvironment(local, image).flatMap(({ objects }) => objects);
  const [container] = Object(named('CronJob', 'backup', objects)?.spec).jobTemplate.spec.template.spec.containers;
  expect(container.image).toBe(image);
});

test('A backup copies sets to the bucket of the exported files, with its credentials and a way out to it', () => {
  const { exports: _, ...withoutVolume } = local;
  const environment = { ...withoutVolume, config: { ...local.config, S3_BUCKET: 'leyenda', S3_REGION: 'eu-west-1' } };
  const [container] = Object(named('CronJob', 'backup', stores(environment))?.spec).jobTemplate.spec.template.spec.containers;
  expect(container.env).toEqual(
    expect.arrayContaining([
      { name: 'S3_BUCKET', value: 'leyenda' },
      { name: 'S3_REGION', value: 'eu-west-1' },
      { name: 'S3_SECRET_ACCESS_KEY', valueFrom: { secretKeyRef: { name: local.names.secrets, key: 'S3_SECRET_ACCESS_KEY' } } },
    ]),
  );
  const egress = (given: typeof environment | typeof local) =>
    synthesizeEnvironment(given)
      .flatMap(({ objects }) => objects)
      .filter(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.includes('backup'))
      .flatMap(({ spec }) => Object(spec).egress ?? [])
      .flatMap(({ ports }) => ports.map(({ port }: { port: number }) => port));
  expect(egress(environment)).toContain(443);
  expect(egress(local)).not.toContain(443);
});

test.each([
  [0, true],
  [1, true],
  [2, false],
  [3, false],
])('liveness with exit code %i of pg_isready is %j', (code, isAlive) => {
  const [shell = '', option = '', script = ''] = livenessCommand;
  const { status } = spawnSync(shell, [option, `pg_isready() { return ${code}; }; ${script}`]);
  expect(status === 0).toBe(isAlive);
});

describe('the dump', () => {
  test('uses the tools of the server’s image', () => {
    const [dump, server] = [named('CronJob', 'backup'), named('StatefulSet', 'postgres')].map((object) => Object(object?.spec));
    const { image } = server.template.spec.containers[0];
    expect(dump.jobTemplate.spec.template.spec.initContainers[0].image).toBe(image);
  });

  test('runs on schedule, one at a time, with a deadline, and keeps the newest dumps', () => {
    const spec = named('CronJob', 'backup')?.spec;
    expect(spec).toMatchObject({ concurrencyPolicy: 'Forbid', schedule: '0 3 * * *' });
    const { template, activeDeadlineSeconds } = Object(spec).jobTemplate.spec;
    expect(activeDeadlineSeconds).toBeLessThanOrEqual(3600);
    const { env, args } = template.spec.containers[0];
    expect(args).toEqual(['backup']);
    expect(env).toEqual(
      expect.arrayContaining([
        { name: 'RETENTION_SETS', value: '7' },
        { name: 'BACKUP_RECIPIENT', value: 'none' },
      ]),
    );
  });

  test('is subject to the policies: a pod that may run as root is rejected', () => {
    const broken = structuredClone(stores()).map((object) => {
      if (object.kind === 'CronJob') Object(object.spec).jobTemplate.spec.template.spec.securityContext = {};
      return object;
    });
    expect(policies.podSecurity?.(broken, local).join()).toMatch(/CronJob\/\S+ may run as root/);
  });
});

test('a Redis whose data does not fit into its memory limit is rejected', () => {
  expect(() => stores({ ...local, cache: { kind: 'in-cluster', memory: '400mb', resources: database.resources } })).not.toThrow();
  const resources = { ...database.resources, limits: { cpu: '1', memory: '512Mi' } };
  expect(() => stores({ ...local, cache: { kind: 'in-cluster', memory: '400mb', resources } })).toThrow(
    'data/redis: maxmemory 400mb does not fit into the memory limit 512Mi, which leaves 384mb for data',
  );
});
