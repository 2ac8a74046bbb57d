import { imageHealthcheck } from '../../../contract/health-checks.ts';
import { type WorkloadRole, workloadRoles } from '../../../contract/roles.ts';
import { timings } from '../../../contract/timings.ts';
import { configurationOf, type DeployedRole } from '../../constructs/container-variables.ts';
import { contentHash } from '../../constructs/content-hash.ts';
import { exportsFolder, usesExports } from '../../constructs/exports-volume.ts';
import { imageUser } from '../../constructs/pod.ts';
import { type Probe, probes } from '../../constructs/probes.ts';
import type { Environment, Workload } from '../../environments/environment.ts';
import type { Healthcheck } from './compose-types.ts';
import { settingReferences } from './environment-file.ts';
import { networksOf } from './networks.ts';
import { seconds } from './quantities.ts';
import { secretsOf, secretVariables } from './secrets.ts';
import type { ServiceSpec } from './service-spec.ts';

/** Seconds from SIGTERM to SIGKILL. Docker has no preStop hook, so its part of the pod's grace period is not needed. */
const grace = timings.terminationGrace - timings.preStop;

/**
 * The image's own check with the intervals and thresholds of the pod's probes. Its time includes the start of a process, so the timeout is
 * that of the image, and the start does not check every second.
 */
export function roleHealthcheck(startup: Probe = probes.startup, liveness: Probe = probes.liveness): Healthcheck {
  return {
    test: ['CMD', 'node', '/app/healthcheck.js'],
    interval: seconds(liveness.periodSeconds),
    timeout: seconds(imageHealthcheck.timeoutSeconds),
    retries: liveness.failureThreshold,
    start_period: seconds(startup.periodSeconds * startup.failureThreshold),
    start_interval: seconds(3 * startup.periodSeconds),
  };
}

/** The volume of exported files, if the environment has one. */
export const exportsVolume = 'exports';

/** The migration job and a service for each role of the environment. */
export function roleServices(environment: Environment): Readonly<Record<string, ServiceSpec>> {
  const serving = workloadRoles.flatMap((role) => {
    const workload = environment.workloads[role];
    return workload ? [[role, serve(environment, role, workload)] as const] : [];
  });
  const { resources } = environment.workloads.api;
  const migrate: ServiceSpec = { ...unit(environment, 'migrate'), resources, replicas: 'job', dependsOn: { postgres: 'service_healthy' } };
  return { migrate, ...Object.fromEntries(serving) };
}

function serve(environment: Environment, role: WorkloadRole, { scaling, resources }: Workload): ServiceSpec {
  return {
    ...unit(environment, role),
    resources,
    mounts: environment.exports && usesExports(role) ? [{ type: 'volume', source: exportsVolume, target: exportsFolder }] : [],
    replicas: scaling.min,
    healthcheck: roleHealthcheck(),
    dependsOn: { migrate: 'service_completed_successfully', redis: 'service_healthy' },
  };
}

function unit(environment: Environment, role: DeployedRole): Omit<ServiceSpec, 'resources' | 'replicas'> {
  const variables = { ROLE: role, ENVIRONMENT: environment.stage, ...configurationOf(environment, role), ...secretVariables(role) };
  return {
    image: environment.image,
    builtHere: true,
    user: imageUser,
    // /health and X-Release report it. Set LEYENDA_RELEASE together with LEYENDA_IMAGE.
    environment: {
      ...escaped(variables),
      ...references(environment, variables),
      RELEASE_ID: `\${LEYENDA_RELEASE:-${contentHash({ variables, image: environment.image })}}`,
    },
    secrets: secretsOf(role),
    tmpfs: [{ path: '/tmp', mebibytes: 64 }],
    networks: networksOf(role, environment),
    stopGraceSeconds: grace,
    maxProcesses: 128,
  };
}

/** Settings of the role that the environment configures, and whose value the host's environment file has. */
const references = ({ config }: Environment, variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(settingReferences).filter(([name]) => name in variables && name in config));

/** Compose would substitute a variable after a single dollar sign. */
const escaped = (variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]));
