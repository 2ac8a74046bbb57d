import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { EdgeOf, Environment } from '../environments/environment.ts';
import { type EdgePath, type EdgeRoutes, edgeRoutes } from './edge-routes.ts';
import { type Annotations, controllers } from './ingress-controllers.ts';
import { componentLabels } from './labels.ts';
import { addLimitMiddlewares, addMiddleware } from './traefik.ts';

interface Part {
  /** Behind the names' own; empty: the first. */
  readonly suffix: string;
  readonly annotations: Annotations;
  /** None: of the host as a whole. */
  readonly paths?: readonly EdgePath[];
  readonly tls: boolean;
}

/** Ingress: annotations hold for all paths of one, so every rate-limit class has one of its own. */
export function addIngress(scope: Construct, environment: Environment, edge: EdgeOf<'ingress'>): void {
  const { merged, redirect } = controllers[edge.controller];
  const tls = edge.tls !== undefined;
  const host: Annotations = tls ? redirect : {};
  const merge = (type: 'master' | 'minion'): Annotations => (merged ? { 'nginx.org/mergeable-ingress-type': type } : {});
  if (merged) ingress(scope, environment, edge, { suffix: 'host', annotations: { ...host, ...merge('master') }, tls });
  for (const routes of edgeRoutes(environment)) {
    const annotations = { ...routed(scope, environment, edge, routes), ...(merged ? merge('minion') : host) };
    ingress(scope, environment, edge, { suffix: routes.name, annotations, paths: routes.paths, tls: tls && !merged });
  }
  if (tls && edge.controller === 'traefik') {
    const name = addMiddleware(scope, environment, 'redirect', { redirectScheme: { scheme: 'https', permanent: true } });
    const paths = [{ path: '/', exact: false, service: 'api' as const }];
    ingress(scope, environment, edge, { suffix: 'redirect', annotations: traefik(environment, 'web', [name]), paths, tls: false });
  }
}

function routed(scope: Construct, environment: Environment, edge: EdgeOf<'ingress'>, routes: EdgeRoutes): Annotations {
  const services = [...new Set(routes.paths.map(({ service }) => environment.names.services[service]))];
  if (edge.controller !== 'traefik') return controllers[edge.controller].routes(routes, services);
  return traefik(environment, edge.tls ? 'websecure' : 'web', addLimitMiddlewares(scope, environment, routes));
}

function traefik({ namespace }: Environment, entryPoint: 'web' | 'websecure', middlewares: readonly string[]): Annotations {
  const names = middlewares.map((name) => `${namespace}-${name}@kubernetescrd`);
  return {
    'traefik.ingress.kubernetes.io/router.entrypoints': entryPoint,
    ...(names.length > 0 && { 'traefik.ingress.kubernetes.io/router.middlewares': names.join(',') }),
  };
}

function ingress(scope: Construct, environment: Environment, { host, className }: EdgeOf<'ingress'>, part: Part): void {
  const { names, ports } = environment;
  const name = part.suffix === 'api' ? names.route : `${names.route}-${part.suffix}`;
  const paths = part.paths?.map(({ path, exact, service }) => ({
    path,
    pathType: exact ? 'Exact' : 'Prefix',
    backend: { service: { name: names.services[service], port: { number: ports.service } } },
  }));
  new k8s.KubeIngress(scope, `ingress-${part.suffix}`, {
    metadata: { name, labels: { ...componentLabels(environment, 'edge') }, annotations: { ...part.annotations } },
    spec: {
      ingressClassName: className,
      rules: [{ host, ...(paths && { http: { paths } }) }],
      ...(part.tls && { tls: [{ hosts: [host], secretName: names.tls }] }),
    },
  });
}
