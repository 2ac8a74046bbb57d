import { k8s } from 'cdk8s-plus-28';
import { endpoints } from '../../service/contract/endpoints.ts';
import { ports } from '../../service/contract/ports.ts';
import { type Probe, probes } from '../../service/contract/timings.ts';

function httpProbe({ endpoint, periodSeconds, timeoutSeconds, failureThreshold }: Probe): k8s.Probe {
  const httpGet = { path: endpoints[endpoint].path, port: k8s.IntOrString.fromNumber(ports.http) };
  return { httpGet, periodSeconds, timeoutSeconds, failureThreshold };
}

/** Start-up, liveness and readiness of the API (guide rows K8-09, K8-10), as the contract has them. */
export const apiProbes = {
  startupProbe: httpProbe(probes.startup),
  livenessProbe: httpProbe(probes.liveness),
  readinessProbe: httpProbe(probes.readiness),
} satisfies Partial<k8s.Container>;
