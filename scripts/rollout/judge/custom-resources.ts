import { describeLocation, type EvaluationContext, eventsWithReason, refTo, singleLine } from './evaluation-context.ts';
import type { Finding } from './finding.ts';
import {
  type Condition,
  type CustomResource,
  type CustomResourceKind,
  type CustomResourceStatus,
  conditionOf,
} from './kubernetes-objects.ts';
import { addSeconds } from './timestamps.ts';
import type { Target } from './verdict.ts';

/** How the status of a custom resource shows that its operator has created what other objects depend on. */
interface CustomResourceRule {
  readonly group: string;
  /** Condition that is True once the result exists. */
  readonly condition: string;
  /** What the operator creates, as the subject of a sentence. */
  readonly creates: string;
  /** If false, the rollout continues without it and reports at the end that it is pending. */
  readonly blocking: boolean;
  /** Whether a status whose condition is not True stays so without manual intervention. */
  readonly stuck: (status: CustomResourceStatus, condition: Condition | undefined) => boolean;
  /** Reasons of the events with more detail than the condition. */
  readonly events: readonly string[];
}

const whenFalse = (_: CustomResourceStatus, condition: Condition | undefined): boolean => condition?.status === 'False';
const inPhase =
  (...phases: readonly string[]) =>
  ({ phase = '' }: CustomResourceStatus): boolean =>
    phases.includes(phase);

const customResources: Readonly<Record<CustomResourceKind, CustomResourceRule>> = {
  /** Ready is False in every phase but one, so the phase decides whether it is a failure. */
  Cluster: {
    group: 'postgresql.cnpg.io',
    condition: 'Ready',
    creates: 'the database',
    blocking: true,
    stuck: inPhase(
      'Cluster is unrecoverable and needs manual intervention',
      'Invalid cluster definition',
      'Unable to create required cluster objects',
      'Cluster has incomplete or invalid image catalog',
      'Cluster cannot proceed to reconciliation due to an unknown plugin being required',
      'Cluster cannot proceed to reconciliation due to an error while interacting with plugins',
      'Cluster cannot execute instance online upgrade due to missing architecture binary',
    ),
    events: [],
  },
  /** Ready is False only for errors such as SecretSyncedError; the response of the store is in an event. */
  ExternalSecret: {
    group: 'external-secrets.io',
    condition: 'Ready',
    creates: 'its Secret',
    blocking: true,
    stuck: whenFalse,
    events: ['UpdateFailed'],
  },
  /** Its ACME challenge may need the routes that are applied later: waiting for it would deadlock. */
  Certificate: {
    group: 'cert-manager.io',
    condition: 'Ready',
    creates: 'the certificate',
    blocking: false,
    stuck: () => false,
    events: [],
  },
};

const ruleOf = (kind: string): CustomResourceRule | undefined => Object.entries(customResources).find(([name]) => name === kind)?.[1];
const isBlocking = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }, blocking: boolean): boolean => {
  const rule = ruleOf(kind);
  return rule?.blocking === blocking && apiVersion.startsWith(`${rule.group}/`);
};

/** Whether a rollout waits until an operator has created what this object requests. */
export const blocksRollout = (object: { readonly apiVersion: string; readonly kind: string }): boolean => isBlocking(object, true);
/** Whether a pending object is only reported at the end of a rollout. */
export const isReportedOnly = (object: { readonly apiVersion: string; readonly kind: string }): boolean => isBlocking(object, false);

export const isCustomResourceKind = (kind: string): kind is CustomResourceKind => ruleOf(kind) !== undefined;
export const isCustomResource = <Other extends { readonly kind: string }>(object: Other | CustomResource): object is CustomResource =>
  isCustomResourceKind(object.kind);

/**
 * The generation that a status refers to; undefined if the operator does not report it (CloudNativePG): then the condition is trusted.
 * External Secrets writes `GENERATION-HASH` of what it last synced.
 */
function generationOf({ observedGeneration, syncedResourceVersion }: CustomResourceStatus, condition: Condition): number | undefined {
  const synced = syncedResourceVersion === undefined ? undefined : Number.parseInt(syncedResourceVersion, 10);
  return condition.observedGeneration ?? observedGeneration ?? synced;
}

/** Why the result of a custom resource is not available yet; undefined if it is. */
export function pendingResource({ generation = 0 }: Target, { kind, metadata, status = {} }: CustomResource): string | undefined {
  const { condition: type, creates } = customResources[kind];
  const condition = conditionOf(status.conditions, type);
  if (condition?.status !== 'True') return `${creates} does not exist yet`;
  const observed = generationOf(status, condition);
  const isOutdated = observed !== undefined && observed < Math.max(generation, metadata.generation ?? 0);
  return isOutdated ? 'its operator has not observed the change yet' : undefined;
}

/** The operator's messages until it has finished; a failure if they do not change for `configErrorSeconds`. */
export function customResourceErrors(
  context: EvaluationContext,
  target: Target,
  { kind, metadata, status = {} }: CustomResource,
): readonly Finding[] {
  const { condition: type, stuck, events } = customResources[kind];
  const condition = conditionOf(status.conditions, type);
  const chain = [refTo(kind, metadata)];
  const messages = status.phase === undefined ? [condition?.message || condition?.reason] : [status.phase, status.phaseReason];
  const parts = messages.filter((each) => each !== undefined && each !== '');
  if (condition?.status === 'True' || parts.length === 0) return [];
  const since = context.memory.firstSeen(`${kind}/${target.namespace}/${target.name}/${parts.join('/')}`);
  const [event] = chain.flatMap((ref) => eventsWithReason(context, ref, events));
  const line = `${describeLocation(target)}: ${singleLine([...parts, ...(event?.message ? [event.message] : [])].join(': '))}`;
  const proof = stuck(status, condition) ? { provedAt: addSeconds(since, context.limits.configErrorSeconds) } : {};
  return [{ code: 'operator-failed', line, target, chain, since, ...proof }];
}
