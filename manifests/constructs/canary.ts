import { metadataKeys, type Names } from '../../contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { canaryReplicas, maxCanaryReplicas } from './progressive-delivery.ts';

/** Whose pods there are two releases of, and what those of the new one are called. */
const stable = 'api';
/**
 * A component of its own: selectors are immutable, and the stable Deployment, its Service, its autoscaler and the alerts must not
 * take these pods for theirs. What is to hold for both, such as NetworkPolicies, chooses both: see `selectorOf` in places.ts.
 */
export const canaryComponent = `${stable}-canary`;

/** The component whose connections a pod has, by its label. */
export const componentOfPod = (label: string | undefined): string | undefined => (label === canaryComponent ? stable : label);

const canaryOf = <N extends string>(name: N) => `${name}-canary` as const;
/** Names of what is there only while two releases are side by side; `metrics` is where a bundled Prometheus finds its pods. */
export const canaryNames = ({ api, services, metrics }: Names) => ({
  deployment: canaryOf(api),
  service: canaryOf(services.api),
  metrics: canaryOf(metrics.api),
});

/** Both components, where an environment may have both. */
export const apiTracks = ({ strategy }: Pick<Environment, 'strategy'>): readonly string[] =>
  strategy ? [stable, canaryComponent] : [stable];

/** The same object for the new release's pods: its name, and the component wherever a label or a selector says it. */
function asCanary(object: KubernetesObject): KubernetesObject {
  const { metadata, ...rest } = object;
  return {
    ...rest,
    ...relabelled(rest),
    ...head(object),
    metadata: { ...metadata, ...relabelled(metadata), name: canaryOf(metadata.name) },
  };
}
const head = ({ apiVersion, kind }: KubernetesObject) => ({ apiVersion, kind });

const relabelled = (record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(record).map(([key, value]) => [
      key,
      key === metadataKeys.component && value === stable ? canaryComponent : within(value),
    ]),
  );
const within = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(within) : typeof value === 'object' && value !== null ? relabelled({ ...value }) : value;

/** The new release's pods beside the stable ones: from the very object that takes the stable one's place when all went well. */
export function canaryDeployment(deployment: KubernetesObject, replicas: number): KubernetesObject {
  const canary = asCanary(deployment);
  return { ...canary, spec: { ...Object(canary.spec), replicas } };
}

/** Where the edge finds them. */
export const canaryService = (service: KubernetesObject): KubernetesObject => asCanary(service);

interface Backend {
  readonly name: string;
  readonly weight?: number;
}
interface Rule {
  readonly backendRefs?: readonly Backend[];
}
const rulesOf = (route: KubernetesObject): readonly Rule[] => Object(route.spec).rules ?? [];

/** A route of which so many percent of what goes to a Service go to its canary; 0: as it is at rest, with no word of a canary. */
export function withCanaryWeight(route: KubernetesObject, service: string, weight: number): KubernetesObject {
  const share = (backend: Backend): Backend[] => {
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
  const rules = rulesOf(route).map((rule) => (rule.backendRefs ? { ...rule, backendRefs: rule.backendRefs.flatMap(share) } : rule));
  return { ...route, spec: { ...Object(route.spec), rules } };
}

/** Whether a route leads to a Service's canary. */
export const routesToCanary = (route: KubernetesObject, service: string): boolean =>
  rulesOf(route).some(({ backendRefs = [] }) => backendRefs.some(({ name }) => name === canaryOf(service)));

/** Objects as they stand while two releases are side by side, at the largest scale: what holds at rest must hold then too. */
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
