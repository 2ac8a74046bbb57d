import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Rate } from '../../contract/rate-limits.ts';
import { timings } from '../../contract/timings.ts';
import type { EdgeOf, Environment } from '../environments/environment.ts';
import { type EdgeRoutes, edgeRoutes } from './edge-routes.ts';
import { type Annotations, annotationPrefix as prefix } from './ingress-annotations.ts';
import { componentLabels } from './labels.ts';

/** ingress-nginx: annotations apply to all paths of an Ingress, so every rate-limit class has an Ingress of its own. */
export function addIngress(scope: Construct, environment: Environment, { host, className }: EdgeOf<'ingress'>): void {
  const { names, ports } = environment;
  for (const routes of edgeRoutes(environment)) {
    const paths = routes.paths.map(({ path, exact, service }) => ({
      path,
      pathType: exact ? 'Exact' : 'Prefix',
      backend: { service: { name: names.services[service], port: { number: ports.service } } },
    }));
    const name = routes.name === 'api' ? names.route : `${names.route}-${routes.name}`;
    new k8s.KubeIngress(scope, `ingress-${routes.name}`, {
      metadata: { name, labels: { ...componentLabels(environment, 'edge') }, annotations: { ...annotations(routes) } },
      spec: { ingressClassName: className, rules: [{ host, http: { paths } }], tls: [{ hosts: [host], secretName: names.tls }] },
    });
  }
}

/** The contract's limits. The controller counts in each of its replicas; it returns 503 unless its ConfigMap sets `limit-req-status-code`. */
const annotations = ({ rate, bodyBytes }: EdgeRoutes): Annotations => ({
  ...(rate && limits(rate)),
  [`${prefix}proxy-body-size`]: String(bodyBytes),
  [`${prefix}proxy-read-timeout`]: String(timings.edge),
  [`${prefix}proxy-send-timeout`]: String(timings.edge),
  [`${prefix}proxy-buffering`]: 'off',
  [`${prefix}force-ssl-redirect`]: 'true',
});

/** nginx counts per second or per minute; the burst is a multiple of the limit, at least 1. */
function limits({ requests, seconds, burst }: Rate): Annotations {
  const perSecond = seconds === 1;
  const count = perSecond ? requests : Math.round((requests * 60) / seconds);
  return {
    [perSecond ? `${prefix}limit-rps` : `${prefix}limit-rpm`]: String(count),
    [`${prefix}limit-burst-multiplier`]: String(Math.max(1, Math.round(burst / count))),
  };
}
