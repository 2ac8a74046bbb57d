import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { databaseFor } from '../environments/defaults.ts';
import type { CloudNativePgDatabase, Environment } from '../environments/environment.ts';
import { production } from '../environments/production.ts';
import { preventia } from '../environments/reference-preventia.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { policies } from '../policies/index.ts';
import { synthesizeEnvironment } from '../synth.ts';

const database = databaseFor('production');
const { pooler: _, ...direct } = database;
const { strategy: _strategy, ...rolling } = production;
const having = (changed: CloudNativePgDatabase): Environment => ({ ...rolling, database: changed });
const objectsOf = (environment: Environment) => synthesizeEnvironment(environment).flatMap(({ objects }) => objects);
const defaultObjects = objectsOf(production);
const found = (kind: string, part = '', objects = defaultObjects): KubernetesObject => {
  const object = objects.find((each) => each.kind === kind && each.metadata.name.includes(part));
  if (!object) throw new Error(`no ${kind} ${part}`);
  return object;
};
const envOf = (object: KubernetesObject, name: string) =>
  Object(object.spec).template.spec.containers[0].env.find((each: { name: string }) => each.name === name);
const { postgres, pooler } = production.names;

describe('PostgreSQL managed by CloudNativePG', () => {
  test('provides the password: the migration connects to the primary, the workloads to the pooler', () => {
    const secret = `${postgres}-app`;
    expect(envOf(found('Job'), 'DATABASE_URL')).toEqual({
      name: 'DATABASE_URL',
      valueFrom: { secretKeyRef: { name: secret, key: 'uri' } },
    });
    const api = found('Deployment', 'api');
    expect(envOf(api, 'DATABASE_PASSWORD').valueFrom.secretKeyRef).toEqual({ name: secret, key: 'password' });
    expect(envOf(api, 'DATABASE_URL').value).toBe(`postgresql://captions:$(DATABASE_PASSWORD)@${pooler}:5432/captions`);
  });

  test('gives the readers of news the Service of the replicas, and the database and user of the environment', () => {
    const objects = objectsOf(preventia);
    const url = 'postgresql://preventia_prod:$(DATABASE_PASSWORD)@preventia-postgres-ro:5432/preventia_news_prod';
    for (const role of ['api', 'analytics']) {
      const workload = found('Deployment', role, objects);
      expect(envOf(workload, 'DATABASE_REPLICA_URL')).toEqual({ name: 'DATABASE_REPLICA_URL', value: url });
      expect(envOf(workload, 'DATABASE_URL').value).toBe(url.replace('postgres-ro', 'pooler'));
    }
    expect(envOf(found('Deployment', 'scraper', objects), 'DATABASE_REPLICA_URL')).toBeUndefined();
    expect(found('Cluster', 'postgres', objects).spec).toMatchObject({
      bootstrap: { recovery: { database: 'preventia_news_prod', owner: 'preventia_prod' } },
    });
  });

  test('without a pooler gives the password for the replicas once', () => {
    const { pooler: __, ...database } = databaseFor('production');
    const large = { ...database, resources: { requests: { cpu: '1', memory: '8Gi' }, limits: { cpu: '2', memory: '8Gi' } } };
    const api = found('Deployment', 'api', objectsOf({ ...preventia, database: large }));
    const named = Object(api.spec).template.spec.containers[0].env.map(({ name }: { name: string }) => name);
    expect(named.filter((name: string) => name.startsWith('DATABASE_'))).toEqual([
      'DATABASE_URL',
      'DATABASE_PASSWORD',
      'DATABASE_REPLICA_URL',
    ]);
  });

  test('has connections for the readers of a replica', () => {
    const scaling = { ...preventia.workloads.api.scaling, max: 50 };
    const many = { ...preventia, workloads: { ...preventia.workloads, api: { ...preventia.workloads.api, scaling } } };
    // 51 pods of the API and 4 of analytics with 5 connections each, and a reserve of 10: more than the poolers open on the primary.
    const { parameters } = Object(found('Cluster', 'postgres', objectsOf(many)).spec).postgresql;
    expect(parameters.max_connections).toBe(String((51 + 4) * 5 + 10));
  });

  test('accepts direct connections without a pooler, if it has memory for all pods', () => {
    const large = { ...direct, resources: { requests: { cpu: '1', memory: '8Gi' }, limits: { cpu: '2', memory: '8Gi' } } };
    const api = found('Deployment', 'api', objectsOf(having(large)));
    expect(envOf(api, 'DATABASE_URL').valueFrom.secretKeyRef).toEqual({ name: `${postgres}-app`, key: 'uri' });
    expect(() => objectsOf(having(direct))).toThrow(
      'data/postgres: production opens up to 391 connections (DATABASE_POOL_SIZE 10 in 37 pods at maximum scale, the migration, 10 reserved), but PostgreSQL with a memory limit of 4Gi accepts 336',
    );
  });

  test('allows the connections of the poolers, the migration and a reserve', () => {
    const { parameters } = Object(found('Cluster').spec).postgresql;
    expect(parameters.max_connections).toBe(String(2 * 40 + 11 + 10));
    expect(Object(found('Pooler').spec).pgbouncer.parameters).toMatchObject({ default_pool_size: '40', max_client_conn: '940' });
  });

  test('has a disruption budget for the pooler, which the operator creates for the instances only', () => {
    expect(found('PodDisruptionBudget', 'pooler')).toMatchObject({
      metadata: { name: `${product.name}-pooler-pdb` },
      spec: { maxUnavailable: 1, selector: { matchLabels: { 'cnpg.io/cluster': postgres, 'cnpg.io/poolerName': pooler } } },
    });
    expect(policies.disruptionBudgets(defaultObjects, production)).toEqual([]);
    const renamed = defaultObjects.map((object) =>
      object.kind === 'Pooler' ? { ...object, metadata: { ...object.metadata, name: 'other' } } : object,
    );
    expect(policies.disruptionBudgets(renamed, production)).toEqual([`PodDisruptionBudget/${product.name}-pooler-pdb selects no workload`]);
  });

  test('has encrypted backups in a bucket, with credentials by reference', () => {
    const credentials = (key: string) => ({ name: production.names.secrets, key });
    expect(found('ObjectStore').spec).toMatchObject({
      retentionPolicy: '30d',
      configuration: {
        destinationPath: `s3://${product.name}-backups/production`,
        s3Credentials: { accessKeyId: credentials('BACKUP_ACCESS_KEY_ID'), secretAccessKey: credentials('BACKUP_SECRET_ACCESS_KEY') },
        wal: { encryption: 'AES256' },
        data: { encryption: 'AES256' },
      },
    });
    expect(found('Cluster').spec).toMatchObject({ plugins: [{ isWALArchiver: true, parameters: { barmanObjectName: postgres } }] });
    expect(found('ScheduledBackup').spec).toMatchObject({ cluster: { name: postgres }, method: 'plugin' });
  });

  const restored = (archive: string) => {
    const { backups } = database;
    if (!backups) throw new Error('production is not saved');
    return having({ ...database, backups: { ...backups, archive, recovery: { archive: postgres, at: '2026-11-20T08:30:00Z' } } });
  };

  test('is restored from one archive to a point in time, and archives to another', () => {
    const { bootstrap, externalClusters, plugins } = Object(found('Cluster', '', objectsOf(restored('second'))).spec);
    expect(bootstrap).toEqual({
      recovery: { source: 'saved', database: 'captions', owner: 'captions', recoveryTarget: { targetTime: '2026-11-20T08:30:00Z' } },
    });
    const parameters = (serverName: string) => ({ parameters: { barmanObjectName: postgres, serverName } });
    expect(externalClusters).toMatchObject([{ name: 'saved', plugin: parameters(postgres) }]);
    expect(plugins).toMatchObject([parameters('second')]);
  });

  test('is rejected if it would overwrite the archive from which it is restored', () => {
    expect(() => objectsOf(restored(postgres))).toThrow(
      `data/postgres: production is restored from the archive ${postgres}, but its own archive is ${postgres}: set backups.archive to another name`,
    );
  });

  test('is rejected if it requires more synchronous replicas than it has', () => {
    expect(() => objectsOf(having({ ...database, synchronousReplicas: 3 }))).toThrow(
      'data/postgres: 3 replicas must confirm a commit, but 3 instances have 2',
    );
  });
});

describe('its network', () => {
  const policyOf = (component: string) => found('NetworkPolicy', `-${component}`);
  const portsTo = (object: KubernetesObject, direction: 'ingress' | 'egress') =>
    Object(object.spec)[direction].flatMap(({ ports }: { ports: { port: number }[] }) => ports.map(({ port }) => port));

  test('selects the instances, but not the poolers, which have the same cluster label', () => {
    expect(Object(policyOf('postgres').spec).podSelector).toEqual({
      matchLabels: { 'cnpg.io/cluster': postgres },
      matchExpressions: [{ key: 'cnpg.io/poolerName', operator: 'DoesNotExist' }],
    });
  });

  test('allows ingress from instances, operator, poolers and Prometheus, and egress to instances, the cluster and the bucket', () => {
    expect(new Set(portsTo(policyOf('postgres'), 'ingress'))).toEqual(new Set([5432, 8000, 9187]));
    expect(new Set(portsTo(policyOf('postgres'), 'egress'))).toEqual(new Set([5432, 8000, 53, 443, 6443]));
    expect(new Set(portsTo(policyOf('pooler'), 'ingress'))).toEqual(new Set([5432, 9127]));
  });

  test('allows no workload to bypass the pooler', () => {
    const from = (peers: unknown) => JSON.stringify(peers);
    const sources = Object(policyOf('postgres').spec).ingress.map((rule: { from: unknown }) => from(rule.from));
    expect(sources.filter((source: string) => /component":"(api|graphql|worker)/.test(source))).toEqual([]);
    expect(policies.declaredConnections?.(defaultObjects, production)).toEqual([]);
  });
});
