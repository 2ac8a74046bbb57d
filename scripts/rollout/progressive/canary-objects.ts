import type { Names } from '../../../contract/product.ts';
import type { Strategy } from '../../../manifests/environments/strategy.ts';
import { type KubeObject, refKey, refOf } from '../../cluster/objects.ts';
import type { Chart } from '../plan/deploy-order.ts';
import type { PlannedObject, RolloutPlan } from '../plan/deploy-plan.ts';
import type { PrometheusQuery } from './prometheus-query.ts';

/** How an environment's releases take over, as the release tool needs it. */
export interface ProgressiveRelease {
  readonly strategy: Strategy;
  readonly names: Names;
  /** Asks the gate's Prometheus; not set: there is no gate. */
  readonly prometheus?: PrometheusQuery;
  /** Not set: the usual one. */
  readonly timing?: CanaryTiming;
}

/** How often to look, and how long to give others. Milliseconds. */
export interface CanaryTiming {
  readonly pollMs: number;
  /** Prometheus has nothing new more often than it looks. */
  readonly queryMs: number;
  /** For a Gateway's controller to say that it has a route; afterwards it is believed to have it. */
  readonly acceptMs: number;
  /** From what a controller says to what its proxies do. */
  readonly settleMs: number;
}
export const defaultTiming: CanaryTiming = { pollMs: 700, queryMs: 5000, acceptMs: 10_000, settleMs: 3000 };

/** The objects that two releases side by side are made of. */
export interface CanaryObjects {
  /** What is planned to become the stable release. */
  readonly stable: PlannedObject;
  readonly service: KubeObject;
  /** What owns the stable release's replicas, before and after; not set: nobody does. */
  readonly scaler?: { readonly before: KubeObject; readonly after: KubeObject };
}

const scalers = ['HorizontalPodAutoscaler', 'ScaledObject'];
const named = (objects: readonly KubeObject[], kinds: readonly string[], name: string): KubeObject | undefined =>
  objects.find((object) => kinds.includes(object.kind) && object.metadata.name === name);

const objectsOf = (charts: readonly Chart[] | undefined): KubeObject[] => (charts ?? []).flatMap(({ objects }) => objects);

/** The route as the last good release has it: what the edge does must not change before its own step. */
export const routeOf = (good: readonly Chart[] | undefined, { names }: ProgressiveRelease): KubeObject | undefined =>
  named(objectsOf(good), ['HTTPRoute'], names.route);

/** Undefined where a release is not to run beside the one before: its pods do not change, or there is none before it. */
export function canaryObjectsOf(
  plan: RolloutPlan,
  good: readonly Chart[] | undefined,
  { names }: ProgressiveRelease,
): CanaryObjects | undefined {
  const planned = plan.steps.flatMap(({ objects }) => objects);
  const before = objectsOf(good);
  const stable = planned.find(({ object }) => object.kind === 'Deployment' && object.metadata.name === names.api);
  const service = named(
    planned.map(({ object }) => object),
    ['Service'],
    names.services.api,
  );
  const renewed = stable?.action === 'update' && stable.changes.some(({ path }) => path.startsWith('spec.template'));
  if (!stable || !renewed || !service) return undefined;
  const scalerAfter = named(
    planned.map(({ object }) => object),
    scalers,
    names.autoscalers.api,
  );
  const scalerBefore = scalerAfter && before.find((object) => refKey(refOf(object)) === refKey(refOf(scalerAfter)));
  return { stable, service, ...(scalerAfter && scalerBefore && { scaler: { before: scalerBefore, after: scalerAfter } }) };
}
