import { names } from '../../../contract/product.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import { added, broken, type Example, without } from './example.ts';

const ingress = (annotations: Readonly<Record<string, string>>, name: string = names.services.api): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'i', namespace: 'n', annotations },
  spec: { rules: [{ http: { paths: [{ backend: { service: { name, port: { number: 80 } } } }] } }] },
});

/** Where the edge leads. */
export const routeExamples: readonly Example[] = [
  {
    policy: 'routesLead',
    mistake: 'a route to nobody',
    change: broken('HTTPRoute', ['spec', 'rules', 0, 'backendRefs', 0, 'name'], 'x'),
    says: /HTTPRoute\/.* leads to Service\/x, which is not there/,
  },
  {
    policy: 'routesLead',
    mistake: 'a route to a port that the Service does not have',
    change: broken('HTTPRoute', ['spec', 'rules', 0, 'backendRefs', 0, 'port'], 81),
    says: /HTTPRoute\/.* leads to port 81 of Service\/.*, which has 80/,
  },
  {
    policy: 'routesLead',
    mistake: 'a limit that is not there',
    change: without('Middleware', 'login-rate'),
    says: /HTTPRoute\/.* passes Middleware\/.*-login-rate, which is not there/,
  },
  {
    policy: 'routesLead',
    mistake: 'an Ingress to nobody',
    change: added(ingress({}, 'x')),
    says: /Ingress\/i leads to Service\/x, which is not there/,
  },
  {
    policy: 'routesLead',
    mistake: 'an Ingress whose limit is not there',
    change: added(ingress({ 'traefik.ingress.kubernetes.io/router.middlewares': 'n-m@kubernetescrd' })),
    says: /Ingress\/i passes Middleware\/m, which is not there/,
  },
  {
    policy: 'routesHang',
    mistake: 'a route on a listener that the gateway does not have',
    change: broken('Gateway', ['spec', 'listeners'], [{ name: 'http' }]),
    says: /HTTPRoute\/.* hangs on listener https of Gateway\/.*, which has http only/,
  },
  {
    policy: 'annotationsExist',
    mistake: 'the annotation of the guides that no controller knows (defect D-06)',
    change: added(ingress({ 'nginx.ingress.kubernetes.io/rate-limit': '100' })),
    says: /Ingress\/i has the annotation nginx.ingress.kubernetes.io\/rate-limit, which no controller/,
  },
];
