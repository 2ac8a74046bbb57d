import { type WorkloadRole, workloadRoles } from '../../../contract/roles.ts';
import { timings } from '../../../contract/timings.ts';
import { configurationOf, type DeployedRole } from '../../constructs/container-variables.ts';
import { contentHash } from '../../constructs/content-hash.ts';
import { imageUser } from '../../constructs/pod.ts';
import { type Probe, probes } from '../../constructs/probes.ts';
import type { Environment, Workload } from '../../environments/environment.ts';
import type { Healthcheck } from './compose-types.ts';
import { networksOf } from './networks.ts';
import { seconds } from './quantities.ts';
import { secretsOf, secretVariables } from './secrets.ts';
import type { ServiceSpec } from './service-spec.ts';

/** Seconds that a role has from SIGTERM on: Docker has no preStop, so that part of the pod's grace is not needed. */
const grace = timings.terminationGrace - timings.preStop;

/** The check of the image, as often as the probes of a pod: an unhealthy process is what the liveness probe would end. */
export function roleHealthcheck(startup: Probe = probes.startup, liveness: Probe = probes.liveness): Healthcheck {
  return {
    test: ['CMD', 'node', '/app/healthcheck.js'],
    interval: seconds(liveness.periodSeconds),
    timeout: seconds(liveness.timeoutSeconds),
    retries: liveness.failureThreshold,
    start_period: seconds(startup.periodSeconds * startup.failureThreshold),
    start_interval: seconds(startup.periodSeconds),
  };
}

/** The product's own: the migration, which runs to its end, then a workload for each role that the environment has. */
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
    // What /health and X-Release report; whoever gives another image gives its name too.
    environment: { ...escaped(variables), RELEASE_ID: `\${LEYENDA_RELEASE:-${contentHash({ variables, image: environment.image })}}` },
    secrets: secretsOf(role),
    tmpfs: [{ path: '/tmp', mebibytes: 64 }],
    networks: networksOf(role),
    stopGraceSeconds: grace,
    maxProcesses: 128,
  };
}

/** A dollar sign would be a variable to Docker. */
const escaped = (variables: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]));
