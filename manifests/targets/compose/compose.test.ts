import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { backupVariables } from '../../../contract/backup.ts';
import { type WorkloadRole, workloadRoles } from '../../../contract/roles.ts';
import { isSecret, type Setting, settingNames, settings } from '../../../contract/settings.ts';
import { timings } from '../../../contract/timings.ts';
import { connections } from '../../components/connections.ts';
import { thirdPartyImages } from '../../components/third-party-images.ts';
import { quantityValue } from '../../constructs/quantity.ts';
import { dockerLabels, dockerLogs } from '../../monitoring/logs.ts';
import { synthesizeEnvironment } from '../../synth.ts';
import { composeFile, serviceSpecs } from './compose.ts';
import type { FileMount } from './compose-types.ts';
import { type ComposeDeployment, composeDeployments } from './deployment.ts';
import { composeDocuments } from './documents.ts';
import { settingReferences } from './environment-file.ts';
import { monitoringFile } from './monitoring.ts';
import { networksOf, publishing } from './networks.ts';

const cases = composeDeployments.map((deployment) => [deployment.file, deployment, composeFile(deployment)] as const);
const servicesOf = (deployment: ComposeDeployment) => Object.entries(composeFile(deployment).services);
const sourceOf = (mount: FileMount) => (typeof mount === 'string' ? mount : mount.source);
const bytes = (amount = '') => quantityValue(amount.replace('M', 'Mi'));

/** The ConfigMap of a role in the cluster. */
function configMap(deployment: ComposeDeployment, role: WorkloadRole): unknown {
  const objects = synthesizeEnvironment(deployment.environment).flatMap((chart) => chart.objects);
  const { names } = deployment.environment;
  return objects.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(`${names.config}-${role}-`))?.data;
}

describe.each(cases)('%s', (_file, deployment, file) => {
  const { environment, platform } = deployment;

  test('has a service for every role of the environment, its stores and the migration', () => {
    const roles = workloadRoles.filter((role) => environment.workloads[role]);
    expect(Object.keys(file.services)).toEqual(expect.arrayContaining([...roles, 'migrate', 'postgres', 'redis']));
  });

  test.each(workloadRoles)('gives the role %s the settings of the cluster, and those of the host from its environment file', (role) => {
    const { ROLE, ENVIRONMENT, RELEASE_ID, ...variables } = file.services[role]?.environment ?? {};
    const config = Object.entries(variables).filter(([name]) => !name.endsWith('_FILE'));
    const cluster = Object(configMap(deployment, role));
    const fromHost = Object.entries(settingReferences).filter(([name]) => name in cluster && name in environment.config);
    expect(Object.fromEntries(config)).toEqual({ ...cluster, ...Object.fromEntries(fromHost) });
    expect({ ROLE, ENVIRONMENT }).toEqual({ ROLE: role, ENVIRONMENT: environment.stage });
    expect(RELEASE_ID).toMatch(/^\$\{LEYENDA_RELEASE:-[0-9a-f]{10}\}$/);
  });

  test.each([...workloadRoles, 'migrate'] as const)('gives the role %s its secrets as files, never as values', (role) => {
    const { environment: variables = {}, secrets = [] } = file.services[role] ?? {};
    const read = settingNames.filter((name) => isSecret(name) && (settings[name] satisfies Setting).roles.some((each) => each === role));
    expect([...secrets]).toEqual(read);
    for (const name of read) {
      expect(variables[`${name}_FILE`]).toBe(`/run/secrets/${name}`);
      expect(variables).not.toHaveProperty(name);
    }
  });

  test('declares every secret, volume and network that is used, and no other', () => {
    const services = Object.values(file.services);
    const used = {
      secrets: services.flatMap(({ secrets = [] }) => secrets.map(sourceOf)),
      configs: services.flatMap(({ configs = [] }) => configs.map(sourceOf)),
      volumes: services.flatMap(({ volumes }) => volumes.flatMap((mount) => (mount.type === 'volume' ? [mount.source] : []))),
      networks: services.flatMap(({ networks }) => networks),
    };
    expect(Object.keys(file.secrets ?? {}).sort()).toEqual([...new Set(used.secrets)].sort());
    expect(Object.keys(file.configs ?? {}).sort()).toEqual([...new Set(used.configs)].sort());
    expect(Object.keys(file.volumes ?? {}).sort()).toEqual([...new Set(used.volumes)].sort());
    expect(Object.keys(file.networks).sort()).toEqual([...new Set(used.networks)].sort());
  });

  test('publishes only the ports of the proxy and sets no container_name, so that services scale', () => {
    for (const [name, service] of servicesOf(deployment)) {
      expect(service).not.toHaveProperty('container_name');
      if (name !== 'proxy') expect(service.ports).toBeUndefined();
    }
    const [first, ...more] = file.services.proxy?.ports ?? [];
    expect(first).toMatchObject({ target: 80, published: deployment.published.http.port });
    expect(first?.host_ip).toBe(environment.stage === 'local' ? '127.0.0.1' : undefined);
    expect(more.map(({ target }) => target)).toEqual(environment.stage === 'production' ? [443] : []);
  });

  test('gives the proxy the configuration that is committed, and the certificate where that one reads it', () => {
    const { proxy } = file.services;
    const [config] = proxy?.configs ?? [];
    const text = readFileSync(file.configs?.[config === undefined ? '' : sourceOf(config)]?.file ?? '', 'utf8');
    for (const mount of proxy?.secrets ?? []) expect(text).toContain(typeof mount === 'string' ? mount : mount.target);
    const healthUrl = new URL(JSON.stringify(proxy?.healthcheck).match(/http:[^"]+/)?.[0] ?? '');
    expect(text).toContain(`location = ${healthUrl.pathname} {`);
    const upstreams = [...text.matchAll(/server (\w+):(\d+) /g)].map(([, name, port]) => [name, Number(port)]);
    expect(upstreams).toEqual([
      ['api', environment.ports.http],
      ['graphql', environment.ports.graphql],
    ]);
  });

  test('connects the stores to internal networks only', () => {
    for (const store of ['postgres', 'redis']) {
      expect(file.services[store]?.networks.filter((network) => !file.networks[network]?.internal)).toEqual([]);
    }
  });

  test('shares the volume of exported files between the API and analytics, unless they are in a bucket', () => {
    const holders = servicesOf(deployment).filter(([, { volumes }]) => volumes.some(({ target }) => target === '/app/exports'));
    expect(holders.map(([name]) => name)).toEqual(environment.config.S3_BUCKET === undefined ? ['api', 'analytics'] : []);
    expect(holders.length > 0).toBe(platform.kind === 'docker');
  });

  test('hardens every container', () => {
    for (const [, service] of servicesOf(deployment)) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], init: true, user: expect.stringMatching(/^[1-9]\d*:[1-9]\d*$/) });
      if (platform.kind === 'docker') expect(service.security_opt).toEqual(['no-new-privileges:true']);
    }
  });

  test('pins every image, and takes those of others from the one list', () => {
    for (const [, { image }] of servicesOf(deployment)) {
      const known: readonly string[] = Object.values(thirdPartyImages);
      if (!known.includes(image)) expect(image).toBe(`\${LEYENDA_IMAGE:-${environment.image}}`);
      expect(image).toMatch(/:v?\d+\.\d+[.\w-]*(?:@sha256:[0-9a-f]{64})?\}?$/);
    }
  });

  test('gives every role the time that the contract takes to stop', () => {
    for (const role of workloadRoles) {
      const grace = Number.parseInt(file.services[role]?.stop_grace_period ?? '', 10);
      expect(grace).toBeGreaterThanOrEqual(timings.deregistrationDelay + timings.drain + timings.close);
      expect(grace + timings.preStop).toBe(timings.terminationGrace);
    }
  });

  test('limits and reserves what the cluster limits and requests', () => {
    for (const role of workloadRoles) {
      const { requests, limits } = environment.workloads[role]?.resources ?? environment.workloads.api.resources;
      const { resources } = file.services[role]?.deploy ?? {};
      expect(bytes(resources?.limits.memory)).toBe(quantityValue(limits.memory));
      expect(bytes(resources?.reservations.memory)).toBe(quantityValue(requests.memory));
      expect(Number(resources?.limits.cpus)).toBe(quantityValue(limits.cpu));
      expect(Number(resources?.reservations.cpus)).toBe(quantityValue(requests.cpu));
    }
  });

  test('leaves PostgreSQL a process for each connection that its configuration allows', () => {
    const [, most] = /max_connections = '(\d+)'/.exec(readFileSync(`compose/${environment.name}/postgresql.conf`, 'utf8')) ?? [];
    expect(file.services.postgres?.deploy.resources.limits.pids).toBeGreaterThan(Number(most));
  });

  test('checks the health of everything that stays, and never of the migration, which listens on nothing', () => {
    const { migrate, ...staying } = file.services;
    expect(migrate?.healthcheck).toEqual({ disable: true });
    for (const service of Object.values(staying)) expect(service.healthcheck).toHaveProperty('test');
  });
});

describe('Deployments for Docker', () => {
  test('mount only generated files, and agree on their content', () => {
    const mounted = composeDeployments.flatMap((deployment) =>
      Object.values(serviceSpecs(deployment)).flatMap(({ configs = {} }) => Object.entries(configs)),
    );
    expect(mounted.length).toBeGreaterThan(composeDeployments.length);
    for (const [path, { text }] of mounted) expect(composeDocuments[path]?.()).toBe(text);
  });

  test('with a Redis maximum above the memory limit are rejected with both values', () => {
    const [first] = composeDeployments;
    if (first === undefined) throw new Error('no deployment');
    const { stores } = first;
    const broken: ComposeDeployment = { ...first, stores: { ...stores, redis: { ...stores.redis, memory: '250mb' } } };
    expect(() => composeFile(broken)).toThrow('compose.yaml/redis: maxmemory 250mb does not fit into the memory limit 256Mi');
  });

  test('check a role by the command that the image checks itself with', () => {
    const [, command = ''] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
    for (const [, , file] of cases) {
      for (const role of workloadRoles) expect(file.services[role]?.healthcheck).toMatchObject({ test: ['CMD', ...JSON.parse(command)] });
    }
  });

  test('wait for healthy stores and a finished migration before a role starts, on one host', () => {
    for (const [, { platform }, file] of cases) {
      if (platform.kind === 'swarm') continue;
      expect(file.services.migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
      for (const role of workloadRoles) {
        expect(file.services[role]?.depends_on).toEqual({
          migrate: { condition: 'service_completed_successfully' },
          redis: { condition: 'service_healthy' },
        });
      }
    }
  });

  test('let two of them run on one host: no project, network, port or secret is that of another', () => {
    const docker = cases.filter(([, { platform }]) => platform.kind === 'docker');
    const taken = docker.flatMap(([, { project, published }, file]) => [
      project,
      ...Object.values(published).map(({ port }) => String(port)),
      ...Object.values(file.networks).flatMap(({ ipam }) => ipam?.config.map(({ subnet }) => subnet) ?? []),
      ...new Set(Object.values(file.secrets ?? {}).map((secret) => JSON.stringify(secret))),
    ]);
    // The proxies of local and staging have the same port: they do not run on one host.
    expect(taken.filter((each, index) => taken.indexOf(each) !== index)).toEqual(['8080']);
  });

  test('on a swarm begin a new one before an old one ends, except where two would write to one volume', () => {
    const swarm = cases.filter(([, { platform }]) => platform.kind === 'swarm');
    expect(swarm).toHaveLength(1);
    for (const [, , { services }] of swarm) {
      for (const role of workloadRoles)
        expect(services[role]?.deploy).toMatchObject({
          endpoint_mode: 'dnsrr',
          update_config: { order: 'start-first', failure_action: 'rollback' },
        });
      expect(services.postgres?.deploy).toMatchObject({ replicas: 1, endpoint_mode: 'dnsrr', update_config: { order: 'stop-first' } });
      expect(services.migrate?.deploy.mode).toBe('replicated-job');
      // A migration that gave up before PostgreSQL started would never run again.
      expect(services.migrate?.deploy.restart_policy).toEqual({ condition: 'on-failure', delay: '5s' });
    }
  });
});

describe('compose.monitoring.yaml', () => {
  const file = monitoringFile();

  test('publishes each server with a page on its own port of the loopback interface', () => {
    const ports = Object.values(file.services).flatMap((service) => service.ports ?? []);
    expect(ports.map(({ host_ip, published }) => [host_ip, published])).toEqual([9090, 9093, 3001].map((port) => ['127.0.0.1', port]));
  });

  test('runs without root, except for Alloy, which reads the log files of the host and can write none of them', () => {
    const { alloy, ...others } = file.services;
    for (const { user } of Object.values(others)) expect(user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    for (const { read_only, cap_drop } of Object.values(file.services)) expect([read_only, cap_drop]).toEqual([true, ['ALL']]);
    expect(alloy?.user).toBe('0:0');
    const binds = Object.entries(file.services).flatMap(([name, { volumes }]) =>
      volumes.flatMap((mount) => (mount.type === 'bind' ? [{ name, ...mount }] : [])),
    );
    expect(binds).toEqual([{ name: 'alloy', type: 'bind', source: dockerLogs, target: dockerLogs, read_only: true }]);
  });

  test('has its project and service in every line of every container, from which Alloy takes them', () => {
    const labels = Object.values(dockerLabels);
    const docker = cases.flatMap(([, { platform }, each]) => (platform.kind === 'docker' ? [each] : []));
    for (const { services } of [file, ...docker])
      for (const { logging } of Object.values(services)) expect(logging.options.labels).toBe(labels.join(','));
    for (const label of labels) expect(composeDocuments['compose/monitoring/alloy/config.alloy']?.()).toContain(label);
  });

  test('scrapes every role by its name on Docker, and no component that does not run here', () => {
    const text = composeDocuments['compose/monitoring/prometheus/prometheus.yml']?.() ?? '';
    for (const role of workloadRoles) expect(text).toMatch(new RegExp(`names:\\s+- ${role}\\n`));
    expect(text).not.toMatch(/jaeger|\.svc/);
  });

  test('gives Grafana its password as a file, and the data sources that run here', () => {
    expect(file.services.grafana?.environment).toMatchObject({
      GF_SECURITY_ADMIN_PASSWORD__FILE: '/run/secrets/GF_SECURITY_ADMIN_PASSWORD',
    });
    expect(file.services.grafana?.environment).not.toHaveProperty('GF_SECURITY_ADMIN_PASSWORD');
    expect(composeDocuments['compose/monitoring/grafana/datasources/sources.yml']?.()).toContain('http://loki:3100');
    expect(composeDocuments['compose/monitoring/grafana/datasources/sources.yml']?.()).not.toContain('jaeger');
  });

  test('meets the roles of production on a network that both have', () => {
    const production = cases.find(([name]) => name === 'compose.production.yaml')?.[2];
    for (const role of workloadRoles) expect(production?.services[role]?.networks).toEqual(expect.arrayContaining(['monitoring']));
    for (const network of Object.keys(file.networks).filter((name) => name !== publishing))
      expect(production?.networks).toHaveProperty(network);
  });

  test('publishes its ports on a network without roles, because the one with the roles has no way out', () => {
    for (const { networks, ports } of Object.values(file.services)) expect(networks.includes(publishing)).toBe(ports !== undefined);
    for (const [, , { networks }] of cases) expect(networks).not.toHaveProperty(publishing);
    expect(cases[0]?.[2].networks.monitoring).toMatchObject({ internal: true });
  });
});

describe('.env.ENVIRONMENT.example', () => {
  const referenced = (text: string) => [...text.matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name = '']) => name);

  test.each([
    ['staging', ['compose.staging.yaml']],
    ['production', ['compose.production.yaml', 'compose.cloud.yaml']],
  ])('of %s has every variable that its Compose files and backups read, and no other', (name, files) => {
    const example = composeDocuments[`.env.${name}.example`]?.() ?? '';
    const documented = [...example.matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, variable = '']) => variable);
    const read = files.flatMap((file) => referenced(composeDocuments[file]?.() ?? ''));
    expect(documented.sort()).toEqual([...new Set([...read, ...Object.keys(backupVariables)])].sort());
  });

  test('rejects a start without a host name, which has no default', () => {
    expect(settingReferences.TRUSTED_HOSTS).toMatch(/^\$\{LEYENDA_HOST:\?/);
    expect(composeDocuments['compose.production.yaml']?.()).not.toContain('yourapp.com');
  });
});

describe('Networks', () => {
  /** With everything on which a connection depends. */
  const everything = { config: { NEWS_REFINE: 'true', S3_BUCKET: 'exports' }, errorReports: {} };

  test('connect the components that the contract connects', () => {
    for (const connection of connections) {
      const { from, to } = connection;
      // Docker has a name server of its own, no Kubernetes, no mesh, and no operator of a database.
      if (to === 'dns' || to === 'kubernetes' || to === 'mesh' || 'operatorManaged' in connection) continue;
      const other = networksOf(to, everything);
      expect(networksOf(from, everything).filter((network) => other.includes(network))).not.toEqual([]);
    }
  });

  test('keep the proxy and the outside from the stores', () => {
    for (const outside of ['edge', 'model', 'prometheus', 'grafana'] as const) {
      for (const store of ['postgres', 'redis'] as const) {
        const other = networksOf(store, everything);
        expect(networksOf(outside, everything).filter((network) => other.includes(network))).toEqual([]);
      }
    }
  });

  test.each(cases)(
    'of %s give the internet to the scraper, and to analytics only if exported files are in a bucket',
    (_, deployment, file) => {
      const outside = (role: WorkloadRole) => (file.services[role]?.networks ?? []).filter((network) => !file.networks[network]?.internal);
      expect(outside('scraper')).toEqual(['egress']);
      expect(outside('analytics')).toEqual(deployment.environment.config.S3_BUCKET === undefined ? [] : ['egress']);
    },
  );

  test('follow the contract: one who may call the text model gets a way out, one who may not gets none', () => {
    expect(networksOf('worker', everything, [{ from: 'worker', to: 'model', port: 'https' }])).toEqual(['egress']);
    expect(networksOf('worker', everything, [{ from: 'worker', to: 'redis', port: 'redis' }])).toEqual(['backend']);
  });
});
