import { k8s } from 'cdk8s-plus-28';
import { endpoints } from '../../contract/endpoints/index.ts';
import type { Listener } from '../../contract/ports.ts';
import { listenersOf, type WorkloadRole } from '../../contract/roles.ts';
import { type Probe, probes } from '../../contract/timings.ts';

/** Name of the container port on which a role answers probes: where it listens first. */
export function probePort(role: WorkloadRole): Listener {
  const [[listener]] = listenersOf[role];
  return listener === 'probes' ? 'http' : listener;
}

/** Start-up, liveness and readiness of a workload (guide rows K8-09, K8-10), as the contract has them. */
export function probesOf(role: WorkloadRole): Partial<k8s.Container> {
  const port = k8s.IntOrString.fromString(probePort(role));
  const httpProbe = ({ endpoint, ...times }: Probe): k8s.Probe => ({ httpGet: { path: endpoints[endpoint].path, port }, ...times });
  return {
    startupProbe: httpProbe(probes.startup),
    livenessProbe: httpProbe(probes.liveness),
    readinessProbe: httpProbe(probes.readiness),
  };
}
