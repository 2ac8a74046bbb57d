import { describe, expect, test } from '@jest/globals';
import { Chart, Testing } from 'cdk8s';
import { timings } from '../../contract/timings.ts';
import { addNamespaceQuota } from '../charts/namespace-quota.ts';
import { connections } from '../components/connections.ts';
import { backupSidecar } from '../data/object-store.ts';
import type { Environment } from '../environments/environment.ts';
import { local } from '../environments/local.ts';
import { production } from '../environments/production.ts';
import { synthesizeEnvironment } from '../synth.ts';
import { containerVariables } from './container-variables.ts';
import { contentHash } from './content-hash.ts';
import { deployerRules } from './deployer-role.ts';
import { NetworkPolicies } from './network-policies.ts';
import { imageUser } from './pod.ts';
import { quantityValue } from './quantity.ts';
import { RollingDeployment } from './rolling-deployment.ts';

const chart = () => new Chart(Testing.app(), 'service', { disableResourceNameHashes: true });
const withConfig = (config: object): Environment => ({ ...production, config: { ...production.config, ...config } });
const pod = { user: imageUser, resources: production.workloads.api.resources, container: { image: 'a/b:1.0' } } as const;

describe('settings', () => {
  test('a required setting that the environment does not set is rejected', () => {
    const { TRUSTED_HOSTS: _, ...config } = production.config;
    expect(() => synthesizeEnvironment({ ...production, config })).toThrow(
      /^service: role api reads TRUSTED_HOSTS, which the contract requires in production, but the configuration of production does not set it/,
    );
  });

  test('a secret in the configuration does not compile and is rejected', () => {
    // @ts-expect-error DATABASE_URL is a secret in the contract
    const config: Environment['config'] = { DATABASE_URL: 'postgresql://u:p@h/d' };
    expect(() => synthesizeEnvironment(withConfig(config))).toThrow(
      /^service: DATABASE_URL is a secret in the contract and must not be in the configuration of production/,
    );
  });

  test('a setting that the pod sets cannot be configured', () => {
    expect(() => synthesizeEnvironment(withConfig({ ROLE: 'all' }))).toThrow(/ROLE is set by the pod/);
  });

  test('a setting with a peer without a declared connection is rejected', () => {
    const declared = connections.filter(({ to }) => to !== 'redis');
    expect(() => containerVariables(chart(), production, 'api', declared)).toThrow(
      /^service: role api reads REDIS_URL, but the contract declares no connection from api to redis/,
    );
  });
});

describe('connections', () => {
  test('a component without any connection is rejected', () => {
    expect(() => new NetworkPolicies(chart(), 'connections', production, production.namespace, [])).toThrow(
      'service/connections: the component api runs in production, but the contract declares no connection from or to it',
    );
  });

  test('a connection to a port that the peer does not listen on does not compile', () => {
    // @ts-expect-error redis listens on redis only
    const declared: ConstructorParameters<typeof NetworkPolicies>[4] = [{ from: 'api', to: 'redis', port: 'postgres' }];
    expect(declared).toHaveLength(1);
  });
});

describe('the quota of a namespace', () => {
  const hard = (environment: Environment) =>
    Object(Testing.synth(quotaOf(environment)).find(({ kind }: { kind: string }) => kind === 'ResourceQuota')).spec.hard;
  const quotaOf = (environment: Environment) => {
    const made = chart();
    addNamespaceQuota(made, environment);
    return made;
  };

  test('allows one node port for the Service of an HTTP-01 challenge, otherwise none', () => {
    expect(hard(production)['services.nodeports']).toBe(1);
    expect(hard(local)['services.nodeports']).toBe(0);
  });

  test('counts the backup sidecar of each database instance', () => {
    const { database } = production;
    if (database.kind !== 'cloudnative-pg') throw new Error('production has another database');
    const { backups: _, ...unsaved } = database;
    const memory = (environment: Environment) => quantityValue(hard(environment)['limits.memory']);
    const sidecars = (database.instances + 1) * quantityValue(backupSidecar.limits.memory);
    expect(memory(production) - memory({ ...production, database: unsaved })).toBe(sidecars);
  });
});

describe('a rolling deployment', () => {
  test('rejects a grace period shorter than the shutdown, with both values and its path', () => {
    expect(() => new RollingDeployment(chart(), 'api', production, pod, { ...timings, terminationGrace: 10 })).toThrow(
      /^service\/api: timings.terminationGrace \(10 s\) is shorter than the shutdown it must cover: preStop \d+ .* = \d+ s/,
    );
  });

  test('gets another release id with another preStop', () => {
    const release = (preStop: number) => {
      const { metadata } = new RollingDeployment(chart(), 'api', production, pod, { ...timings, preStop }).toJson().spec.template;
      return metadata.annotations;
    };
    expect(release(1)).not.toEqual(release(2));
    expect(release(1)).toEqual(release(1));
  });
});

describe('the deployer', () => {
  const objects = synthesizeEnvironment(production)
    .filter(({ chart: name }) => name !== 'platform')
    .flatMap((each) => each.objects);
  const may = (resource: string, verb: string) =>
    deployerRules(objects).some(({ resources, verbs }) => resources?.includes(resource) && verbs.includes(verb));

  test('may write the kinds in the charts, but no Secrets, Roles or quotas', () => {
    for (const resource of ['deployments', 'jobs', 'services', 'httproutes', 'prometheusrules']) expect(may(resource, 'patch')).toBe(true);
    for (const resource of ['secrets', 'roles', 'rolebindings', 'statefulsets', 'resourcequotas'])
      expect(may(resource, 'patch')).toBe(false);
    expect(may('secrets', 'get')).toBe(false);
    expect(may('pods', 'delete')).toBe(false);
  });

  test('may delete kinds of earlier releases, but not create them', () => {
    for (const resource of ['ingresses', 'statefulsets', 'cronjobs']) {
      expect(['get', 'delete', 'create', 'patch'].filter((verb) => may(resource, verb))).toEqual(['get', 'delete']);
    }
  });

  test('gets no Role for an unknown kind', () => {
    const unknown = { apiVersion: 'example.org/v1', kind: 'Widget', metadata: { name: 'w' } };
    expect(() => deployerRules([unknown])).toThrow(/example.org\/v1 Widget \(w\) is not known/);
  });
});

test('a content hash does not depend on the order of keys', () => {
  expect(contentHash({ a: 1, b: { c: 2, d: 3 } })).toBe(contentHash({ b: { d: 3, c: 2 }, a: 1 }));
  expect(contentHash({ a: 1 })).not.toBe(contentHash({ a: 2 }));
});
