import { metadataKeys, type Names } from '../../contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { canaryReplicas, maxCanaryReplicas } from './progressive-delivery.ts';

/** The component that a progressive rollout runs twice. */
const stable = 'api';
/**
 * Canary pods have a component label of their own: selectors are immutable, and the stable Deployment, its Service, autoscaler and alerts
 * must not select them. NetworkPolicies and disruption budgets select both (`podSelectorOf`).
 */
export const canaryComponent = `${stable}-canary` as const;

/** The component whose declared connections apply to pods with this label. */
export const componentOfPod = (label: string | undefined): string | undefined => (label === canaryComponent ? stable : label);

const canaryOf = <N extends string>(name: N) => `${name}-canary` as const;
/** Names of objects that exist only during a progressive rollout; `metrics`: the Service by which a bundled Prometheus finds canary pods. */
export const canaryNames = ({ api, services, metrics }: Names) => ({
  deployment: canaryOf(api),
  service: canaryOf(services.api),
  metrics: canaryOf(metrics.api),
});

/** Component labels of the API's pods in an environment. */
export const apiTracks = ({ strategy }: Pick<Environment, 'strategy'>): readonly string[] =>
  strategy ? [stable, canaryComponent] : [stable];

/** Copies an object for canary pods: changes its name, and the component in labels and selectors. */
function asCanary(object: KubernetesObject): KubernetesObject {
  const { metadata, ...rest } = object;
  return {
    ...rest,
    ...relabelled(rest),
    ...typeMeta(object),
    metadata: { ...metadata, ...relabelled(metadata), name: canaryOf(metadata.name) },
  };
}
const typeMeta = ({ apiVersion, kind }: KubernetesObject) => ({ apiVersion, kind });

const relabelled = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key,
      key === metadataKeys.component && value === stable ? canaryComponent : relabelledValue(value),
    ]),
  );
const relabelledValue = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(relabelledValue) : typeof value === 'object' && value !== null ? relabelled({ ...value }) : value;

/** The canary Deployment, derived from the Deployment that replaces the stable one after a successful rollout. */
export function canaryDeployment(deployment: KubernetesObject, replicas: number): KubernetesObject {
  const canary = asCanary(deployment);
  return { ...canary, spec: { ...Object(canary.spec), replicas } };
}

/** The Service of the canary pods. */
export const canaryService = (service: KubernetesObject): KubernetesObject => asCanary(service);

interface Backend {
  readonly name: string;
  readonly weight?: number;
}
interface Rule {
  readonly backendRefs?: readonly Backend[];
}
const rulesOf = (route: KubernetesObject): readonly Rule[] => Object(route.spec).rules ?? [];

/** Sends `weight` percent of a Service's requests to its canary; 0 removes the canary from the route. */
export function withCanaryWeight(route: KubernetesObject, service: string, weight: number): KubernetesObject {
  const split = (backend: Backend): Backend[] => {
    if (backend.name === canaryOf(service)) return [];
    if (backend.name !== service) return [backend];
    const { weight: _, ...plain } = backend;
    return weight === 0
      ? [plain]
      : [
          { ...plain, weight: 100 - weight },
          { ...plain, name: canaryOf(service), weight },
        ];
  };
  const rules = rulesOf(route).map((rule) => (rule.backendRefs ? { ...rule, backendRefs: rule.backendRefs.flatMap(split) } : rule));
  return { ...route, spec: { ...Object(route.spec), rules } };
}

/** Whether a route has the canary of a Service as a backend. */
export const routesToCanary = (route: KubernetesObject, service: string): boolean =>
  rulesOf(route).some(({ backendRefs = [] }) => backendRefs.some(({ name }) => name === canaryOf(service)));

/** The objects during a progressive rollout at maximum scale: policies must hold then, too. */
export function withCanaryObjects(objects: readonly KubernetesObject[], environment: Environment): readonly KubernetesObject[] {
  const { names } = environment;
  if (!environment.strategy) return objects;
  const replicas = Math.max(maxCanaryReplicas(environment), canaryReplicas(1, 1));
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    if (kind === 'HTTPRoute') return [withCanaryWeight(object, names.services.api, 50)];
    if (kind === 'Deployment' && metadata.name === names.api) return [object, canaryDeployment(object, replicas)];
    return kind === 'Service' && metadata.name === names.services.api ? [object, canaryService(object)] : [object];
  });
}
