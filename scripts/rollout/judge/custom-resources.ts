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

/** How the status of a kind tells whether its operator has made what others start from. */
interface CustomResourceRule {
  readonly group: string;
  /** Must be True. */
  readonly condition: string;
  /** What the operator makes, as the subject of a sentence. */
  readonly makes: string;
  /** False: a rollout goes on without it, and what it lacks is only told at the end. */
  readonly awaited: boolean;
  /** Whether a status whose condition is not True stays so until a person acts. */
  readonly stuck: (status: CustomResourceStatus, condition: Condition | undefined) => boolean;
  /** Reasons of the events that say more than the condition does. */
  readonly events: readonly string[];
}

const whenFalse = (_: CustomResourceStatus, condition: Condition | undefined): boolean => condition?.status === 'False';
const inPhase =
  (...phases: readonly string[]) =>
  ({ phase = '' }: CustomResourceStatus): boolean =>
    phases.includes(phase);

const customResources: Readonly<Record<CustomResourceKind, CustomResourceRule>> = {
  /** Not Ready is every phase but one, so the phase tells trouble from work. */
  Cluster: {
    group: 'postgresql.cnpg.io',
    condition: 'Ready',
    makes: 'the database',
    awaited: true,
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
  /** Ready is False for SecretSyncedError and the like alone; what the store answered stands in an event. */
  ExternalSecret: {
    group: 'external-secrets.io',
    condition: 'Ready',
    makes: 'its Secret',
    awaited: true,
    stuck: whenFalse,
    events: ['UpdateFailed'],
  },
  SealedSecret: {
    group: 'bitnami.com',
    condition: 'Synced',
    makes: 'its Secret',
    awaited: true,
    stuck: whenFalse,
    events: ['ErrUnsealFailed', 'ErrUpdateFailed'],
  },
  /** Its challenge may come in over the very routes that are applied after it: whoever waited would wait for ever. */
  Certificate: {
    group: 'cert-manager.io',
    condition: 'Ready',
    makes: 'the certificate',
    awaited: false,
    stuck: () => false,
    events: [],
  },
};

const ruleOf = (kind: string): CustomResourceRule | undefined => Object.entries(customResources).find(([name]) => name === kind)?.[1];
const ofTable = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }, awaited: boolean): boolean => {
  const row = ruleOf(kind);
  return row?.awaited === awaited && apiVersion.startsWith(`${row.group}/`);
};

/** Whether a rollout goes on only when an operator has made what this object asks for. */
export const blocksRollout = (object: { readonly apiVersion: string; readonly kind: string }): boolean => ofTable(object, true);
/** Whether what an operator has not made yet is told at the end of a rollout, and no more. */
export const isReportedOnly = (object: { readonly apiVersion: string; readonly kind: string }): boolean => ofTable(object, false);

export const isCustomResourceKind = (kind: string): kind is CustomResourceKind => ruleOf(kind) !== undefined;
export const isCustomResource = <Other extends { readonly kind: string }>(object: Other | CustomResource): object is CustomResource =>
  isCustomResourceKind(object.kind);

/**
 * The generation that a status is about; undefined where the operator does not say, as CloudNativePG: its condition is believed.
 * External Secrets writes `GENERATION-HASH` of what it last synced.
 */
function generationOf({ observedGeneration, syncedResourceVersion }: CustomResourceStatus, condition: Condition): number | undefined {
  const synced = syncedResourceVersion === undefined ? undefined : Number.parseInt(syncedResourceVersion, 10);
  return condition.observedGeneration ?? observedGeneration ?? synced;
}

/** What an operator has still to do; undefined when all that the object asks for is there. */
export function pendingResource({ generation = 0 }: Target, { kind, metadata, status = {} }: CustomResource): string | undefined {
  const { condition: type, makes } = customResources[kind];
  const condition = conditionOf(status.conditions, type);
  if (condition?.status !== 'True') return `${makes} is not there yet`;
  const seen = generationOf(status, condition);
  const isOld = seen !== undefined && seen < Math.max(generation, metadata.generation ?? 0);
  return isOld ? 'its operator has not seen the change yet' : undefined;
}

/** The operator's own words while it is not done; a failure when they stay for as long as a configuration error may. */
export function customResourceErrors(
  scene: EvaluationContext,
  target: Target,
  { kind, metadata, status = {} }: CustomResource,
): readonly Finding[] {
  const { condition: type, stuck, events } = customResources[kind];
  const condition = conditionOf(status.conditions, type);
  const chain = [refTo(kind, metadata)];
  const said = status.phase === undefined ? [condition?.message || condition?.reason] : [status.phase, status.phaseReason];
  const words = said.filter((each) => each !== undefined && each !== '');
  if (condition?.status === 'True' || words.length === 0) return [];
  const since = scene.memory.firstSeen(`${kind}/${target.namespace}/${target.name}/${words.join('/')}`);
  const [event] = chain.flatMap((ref) => eventsWithReason(scene, ref, events));
  const line = `${describeLocation(target)}: ${singleLine([...words, ...(event?.message ? [event.message] : [])].join(': '))}`;
  const proof = stuck(status, condition) ? { provedAt: addSeconds(since, scene.limits.configErrorSeconds) } : {};
  return [{ code: 'operator-failed', line, target, chain, since, ...proof }];
}
