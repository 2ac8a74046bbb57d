import { k8s } from 'cdk8s-plus-28';
import { endpoints } from '../../contract/endpoints/index.ts';
import { healthCheckAgent } from '../../contract/health-checks.ts';
import type { Listener } from '../../contract/ports.ts';
import { listenersOf, type WorkloadRole } from '../../contract/roles.ts';

/** One probe of Kubernetes, which calls an endpoint. */
export interface Probe {
  readonly endpoint: 'health' | 'ready';
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export const probes = {
  /** A process has 60 s to start; it replaces an initial delay of the other two. */
  startup: { endpoint: 'health', periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 60 },
  /** `/health` checks no dependency: an outage of the database must not restart pods. */
  liveness: { endpoint: 'health', periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  readiness: { endpoint: 'ready', periodSeconds: 3, timeoutSeconds: 2, failureThreshold: 2 },
} as const satisfies Record<string, Probe>;

/** Name of the container port for a role's probes: its first listener. */
export function probePort(role: WorkloadRole): Listener {
  const [[listener]] = listenersOf[role];
  return listener === 'probes' ? 'http' : listener;
}

/** Startup, liveness and readiness probes of a workload. */
export function probesOf(role: WorkloadRole): Partial<k8s.Container> {
  const port = k8s.IntOrString.fromString(probePort(role));
  const httpHeaders = [{ name: 'User-Agent', value: healthCheckAgent }];
  const httpProbe = ({ endpoint, ...times }: Probe): k8s.Probe => ({
    httpGet: { path: endpoints[endpoint].path, port, httpHeaders },
    ...times,
  });
  return {
    startupProbe: httpProbe(probes.startup),
    livenessProbe: httpProbe(probes.liveness),
    readinessProbe: httpProbe(probes.readiness),
  };
}
