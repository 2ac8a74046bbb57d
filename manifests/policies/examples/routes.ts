import { names } from '../../../contract/product.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import { added, broken, type Example, without } from './example.ts';

const ingress = (annotations: Readonly<Record<string, string>>, name: string = names.services.api): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i', namespace: 'n', annotations },
  spec: { rules: [{ http: { paths: [{ backend: { service: { name, port: { number: 80 } } } }] } }] },
});

/** Routes of the edge. */
export const routeExamples: readonly Example[] = [
  {
    policy: 'routeBackends',
    mistake: 'a route to a Service that does not exist',
    change: broken('HTTPRoute', ['spec', 'rules', 0, 'backendRefs', 0, 'name'], 'x'),
    message: /HTTPRoute\/.* routes to Service\/x, which does not exist/,
  },
  {
    policy: 'routeBackends',
    mistake: 'a route to a port that the Service does not have',
    change: broken('HTTPRoute', ['spec', 'rules', 0, 'backendRefs', 0, 'port'], 81),
    message: /HTTPRoute\/.* routes to port 81 of Service\/.*, which has 80/,
  },
  {
    policy: 'routeBackends',
    mistake: 'a route that uses a Middleware that does not exist',
    change: without('Middleware', 'login-rate'),
    message: /HTTPRoute\/.* uses Middleware\/.*-login-rate, which does not exist/,
  },
  {
    policy: 'routeBackends',
    mistake: 'an Ingress to a Service that does not exist',
    change: added(ingress({}, 'x')),
    message: /Ingress\/i routes to Service\/x, which does not exist/,
  },
  {
    policy: 'routeListeners',
    mistake: 'a route of a listener that the gateway does not have',
    change: broken('Gateway', ['spec', 'listeners'], [{ name: 'http' }]),
    message: /HTTPRoute\/.* attaches to listener https of Gateway\/.*, which only has http/,
  },
  {
    policy: 'ingressAnnotations',
    mistake: 'an annotation that ingress-nginx does not read',
    change: added(ingress({ 'nginx.ingress.kubernetes.io/rate-limit': '100' })),
    message:
      /Ingress\/i has the annotation nginx.ingress.kubernetes.io\/rate-limit, which constructs\/ingress-annotations.ts does not list/,
  },
];
