import { annotationPrefix } from '../../manifests/constructs/ingress-annotations.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import { objectsOfKind } from '../../manifests/kubernetes/workloads.ts';
import { at, isRecord, listAt, textAt } from '../values/json.ts';

type Objects = readonly KubernetesObject[];
const ingressAnnotation = ({ metadata }: KubernetesObject, name: string) => metadata.annotations?.[annotationPrefix + name];
const rulesOf = (object: KubernetesObject) => listAt(object, 'spec', 'rules');
const listenersOf = (gateway: KubernetesObject, protocol: string) =>
  listAt(gateway, 'spec', 'listeners').filter((listener) => textAt(listener, 'protocol') === protocol);

/** The HTTPRoutes of a listener: those that name it, and those that name no listener. */
const routesOf = (objects: Objects, { metadata }: KubernetesObject, listener: string | undefined) =>
  objectsOfKind(objects, 'HTTPRoute').filter((route) =>
    listAt(route, 'spec', 'parentRefs').some(
      (parent) => textAt(parent, 'name') === metadata.name && [undefined, listener].includes(textAt(parent, 'sectionName')),
    ),
  );
const redirects = (rule: unknown) => listAt(rule, 'filters').some((filter) => textAt(filter, 'requestRedirect', 'scheme') === 'https');
const onlyRedirects = (objects: Objects, gateway: KubernetesObject) =>
  listenersOf(gateway, 'HTTP').every((listener) => {
    const rules = routesOf(objects, gateway, textAt(listener, 'name')).flatMap(rulesOf);
    return rules.length > 0 && rules.every(redirects);
  });

/** Why requests may reach the service without TLS. */
export function plainHttp(objects: Objects): readonly string[] {
  const [gateways, ingresses] = [objectsOfKind(objects, 'Gateway'), objectsOfKind(objects, 'Ingress')];
  const withoutTls = [
    ...gateways.filter((gateway) => listenersOf(gateway, 'HTTPS').length === 0),
    ...ingresses.filter((ingress) => listAt(ingress, 'spec', 'tls').length === 0),
  ];
  const open = [
    ...gateways.filter((gateway) => !onlyRedirects(objects, gateway)),
    // The controller redirects by default.
    ...ingresses.filter((ingress) => ingressAnnotation(ingress, 'ssl-redirect') === 'false'),
  ];
  return [
    ...(gateways.length + ingresses.length === 0 ? ['there is no Gateway or Ingress'] : []),
    ...withoutTls.map(({ kind, metadata }) => `${kind}/${metadata.name} does not serve TLS`),
    ...open.map(({ kind, metadata }) => `${kind}/${metadata.name} does not redirect HTTP`),
  ];
}

const isProbe = (path: string | undefined) => path === '/health' || path === '/ready';
/** Paths of a rule of an HTTPRoute that has no Middleware with a rate limit. */
function unlimitedIn(limits: ReadonlySet<string>, rule: unknown): readonly string[] {
  const limited = listAt(rule, 'filters').some((filter) => limits.has(textAt(filter, 'extensionRef', 'name') ?? ''));
  if (limited || listAt(rule, 'backendRefs').length === 0) return [];
  return listAt(rule, 'matches').map((match) => textAt(match, 'path', 'value') ?? '/');
}

/** Why an address may send any number of requests, probes excepted. */
export function unlimitedPaths(objects: Objects): readonly string[] {
  const limits = new Set(
    objectsOfKind(objects, 'Middleware')
      .filter((middleware) => isRecord(at(middleware, 'spec', 'rateLimit')))
      .map(({ metadata }) => metadata.name),
  );
  const routed = objectsOfKind(objects, 'HTTPRoute').flatMap((route) => rulesOf(route).flatMap((rule) => unlimitedIn(limits, rule)));
  const byIngress = objectsOfKind(objects, 'Ingress')
    .filter((ingress) => !['limit-rps', 'limit-rpm'].some((name) => ingressAnnotation(ingress, name)))
    .flatMap(rulesOf)
    .flatMap((rule) => listAt(rule, 'http', 'paths').map((path) => textAt(path, 'path')));
  return [...routed, ...byIngress].filter((path) => !isProbe(path)).map((path) => `the edge does not limit the rate of ${path}`);
}

/** Services to which the edge leads. */
const exposedServices = (objects: Objects): ReadonlySet<string | undefined> =>
  new Set([
    ...objectsOfKind(objects, 'HTTPRoute')
      .flatMap(rulesOf)
      .flatMap((rule) => listAt(rule, 'backendRefs').map((backend) => textAt(backend, 'name'))),
    ...objectsOfKind(objects, 'Ingress')
      .flatMap(rulesOf)
      .flatMap((rule) => listAt(rule, 'http', 'paths').map((path) => textAt(path, 'backend', 'service', 'name'))),
  ]);

/** Why the edge leads to a port of the pods. @param port number or name */
export function exposedPort(objects: Objects, port: string): readonly string[] {
  const exposed = exposedServices(objects);
  return objectsOfKind(objects, 'Service')
    .filter(({ metadata }) => exposed.has(metadata.name))
    .filter((service) => listAt(service, 'spec', 'ports').some((each) => String(at(each, 'targetPort')) === port))
    .map(({ metadata }) => `the edge leads to Service/${metadata.name}, which has port ${port}`);
}
