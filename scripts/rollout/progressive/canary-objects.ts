import type { Names } from '../../../contract/product.ts';
import type { Strategy } from '../../../manifests/environments/strategy.ts';
import type { TargetScope } from '../../../manifests/prometheus/promql.ts';
import { type KubeObject, refKey, refOf } from '../../cluster/objects.ts';
import type { PrometheusQuery } from '../../prometheus/query.ts';
import type { Chart } from '../plan/deploy-order.ts';
import type { PlannedObject, RolloutPlan } from '../plan/deploy-plan.ts';

/** Progressive strategy of an environment with its dependencies. */
export interface ProgressiveRelease {
  readonly strategy: Strategy;
  readonly names: Names;
  /** Queries the gate's Prometheus; not set without a gate. */
  readonly prometheus?: PrometheusQuery;
  /** The environment's own targets, if its Prometheus has others. */
  readonly targets?: TargetScope;
  /** Default: `defaultTiming`. */
  readonly timing?: CanaryTiming;
}

/** Poll intervals and waits. Milliseconds. */
export interface CanaryTiming {
  readonly pollMs: number;
  /** Interval of queries: Prometheus has new values once per scrape. */
  readonly queryMs: number;
  /** Longest wait for a Gateway's controller to accept a route. */
  readonly acceptMs: number;
  /** From the acceptance of a route until the proxies use it. */
  readonly settleMs: number;
}
export const defaultTiming: CanaryTiming = { pollMs: 700, queryMs: 5000, acceptMs: 10_000, settleMs: 3000 };

/** The objects of a progressive rollout. */
export interface CanaryObjects {
  /** The planned stable Deployment. */
  readonly stable: PlannedObject;
  readonly service: KubeObject;
  /** Autoscaler of the stable release, before and after; not set without one. */
  readonly scaler?: { readonly before: KubeObject; readonly after: KubeObject };
}

const scalers = ['HorizontalPodAutoscaler', 'ScaledObject'];
const named = (objects: readonly KubeObject[], kinds: readonly string[], name: string): KubeObject | undefined =>
  objects.find((object) => kinds.includes(object.kind) && object.metadata.name === name);

const objectsOf = (charts: readonly Chart[] | undefined): KubeObject[] => (charts ?? []).flatMap(({ objects }) => objects);

/** The route of the last good release: routing must not change before the step of its chart. */
export const routeOf = (good: readonly Chart[] | undefined, { names }: ProgressiveRelease): KubeObject | undefined =>
  named(objectsOf(good), ['HTTPRoute'], names.route);

/** Undefined if the pods do not change or there is no earlier release. */
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
  const podsChange = stable?.action === 'update' && stable.changes.some(({ path }) => path.startsWith('spec.template'));
  if (!stable || !podsChange || !service) return undefined;
  const scalerAfter = named(
    planned.map(({ object }) => object),
    scalers,
    names.autoscalers.api,
  );
  const scalerBefore = scalerAfter && before.find((object) => refKey(refOf(object)) === refKey(refOf(scalerAfter)));
  return { stable, service, ...(scalerAfter && scalerBefore && { scaler: { before: scalerBefore, after: scalerAfter } }) };
}
