import { dockerLabels } from '../../monitoring/logs.ts';
import type { ComposeService, Deploy, Mount } from './compose-types.ts';
import type { ComposeDeployment } from './deployment.ts';
import { deployResources, seconds } from './quantities.ts';
import type { ServiceSpec } from './service-spec.ts';

/** The name of the Compose config for a file. */
export const configName = (path: string) => path.replaceAll(/[^\w-]+/g, '_');

const rotated = { 'max-size': '10m', 'max-file': '3' } as const;

/** The fields that Docker Compose and Swarm share: non-root, a read-only root filesystem, no capabilities, rotated logs. */
function common(unit: ServiceSpec): ComposeService {
  const {
    image,
    user,
    command,
    environment = {},
    secrets = [],
    configs = {},
    mounts = [],
    tmpfs: scratch = [],
    networks,
    ports,
    healthcheck,
    stopGraceSeconds: grace,
  } = unit;
  return {
    image: unit.builtHere ? `\${LEYENDA_IMAGE:-${image}}` : image,
    init: true,
    user: `${user}:${user}`,
    read_only: true,
    cap_drop: ['ALL'],
    ...(command && { command }),
    ...(Object.keys(environment).length > 0 && { environment }),
    ...(secrets.length > 0 && { secrets }),
    ...(Object.keys(configs).length > 0 && {
      configs: Object.entries(configs).map(([path, { target }]) => ({ source: configName(path), target })),
    }),
    volumes: [
      ...mounts,
      ...scratch.map(({ path, mebibytes }): Mount => ({ type: 'tmpfs', target: path, tmpfs: { size: mebibytes * 2 ** 20 } })),
    ],
    networks,
    ...(ports && { ports }),
    // The image's own check requests a port, which a job does not open.
    ...(unit.replicas === 'job' ? { healthcheck: { disable: true } } : healthcheck && { healthcheck }),
    stop_grace_period: seconds(grace),
    logging: { driver: 'json-file', options: rotated },
    deploy: { resources: deployResources(unit.resources, unit.maxProcesses) },
  };
}

/** Without container_name, because it would prevent `--scale`. */
export function dockerService(unit: ServiceSpec, build: boolean): ComposeService {
  const service = common(unit);
  const { dependsOn: after = {}, replicas, builtHere } = unit;
  return {
    ...service,
    ...(build && builtHere && { build: '.', pull_policy: 'build' }),
    // Swarm sets other labels, and runs no Alloy.
    logging: { ...service.logging, options: { ...rotated, labels: Object.values(dockerLabels).join(',') } },
    security_opt: ['no-new-privileges:true'],
    restart: replicas === 'job' ? 'on-failure:3' : 'unless-stopped',
    ...(Object.keys(after).length > 0 && {
      depends_on: Object.fromEntries(Object.entries(after).map(([name, condition]) => [name, { condition }])),
    }),
    deploy: { ...service.deploy, ...(typeof replicas === 'number' && { replicas }) },
  };
}

/** Swarm rolls back an update that does not become healthy. `start-first` keeps the old container until the new one is healthy. */
function update(order: 'start-first' | 'stop-first'): Pick<Deploy, 'update_config' | 'rollback_config'> {
  const config = { parallelism: 1, order, delay: seconds(5), monitor: seconds(30) };
  return { update_config: { ...config, failure_action: 'rollback' }, rollback_config: { ...config, failure_action: 'pause' } };
}

/**
 * Swarm ignores dependencies and restarts a service until the services that it needs are there, so there must be no limit of attempts.
 * `dnsrr`: names resolve to tasks, so nginx can send a failed request to another one, and no load balancer closes idle connections to a store.
 */
function swarm(unit: ServiceSpec, name: string): ComposeService {
  const service = common(unit);
  const { replicas } = unit;
  const { resources } = service.deploy;
  if (replicas === 'job') {
    const restart_policy = { condition: 'on-failure', delay: seconds(5) } as const;
    return { ...service, deploy: { mode: 'replicated-job', resources, restart_policy } };
  }
  const restart_policy = { condition: 'any', delay: seconds(5) } as const;
  if (replicas === 'node') return { ...service, deploy: { mode: 'global', resources, restart_policy, ...update('stop-first') } };
  if (replicas === 'one') {
    // A volume stays on its node.
    const placement = { constraints: [`node.labels.${name} == true`] };
    const placed = unit.mounts?.some(({ type }) => type === 'volume') ? { placement } : {};
    return { ...service, deploy: { replicas: 1, endpoint_mode: 'dnsrr', resources, restart_policy, ...placed, ...update('stop-first') } };
  }
  const placement = { preferences: [{ spread: 'node.labels.zone' }] };
  return { ...service, deploy: { replicas, endpoint_mode: 'dnsrr', resources, restart_policy, placement, ...update('start-first') } };
}

/** The service in the form of the deployment's platform. */
export const composeService = (unit: ServiceSpec, name: string, { platform }: ComposeDeployment): ComposeService =>
  platform.kind === 'swarm' ? swarm(unit, name) : dockerService(unit, platform.build);
