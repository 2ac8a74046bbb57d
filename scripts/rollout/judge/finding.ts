import {
  type ContainerContext,
  containerRef,
  describeLocation,
  ownerChain,
  singleLine,
  type WorkloadContext,
} from './evaluation-context.ts';
import type { Pod } from './kubernetes-objects.ts';
import type { Cause, CauseCode } from './verdict.ts';

/** Something wrong. It becomes a failure at `provedAt`, or only with another observation where that is absent. */
export interface Finding extends Cause {
  readonly provedAt?: Date;
  /** True while not even a complete rollout may be called healthy. */
  readonly isRecovering?: boolean;
}

/** From the most to the least informative: a person should read the first of these that was proved. */
const severityOrder: readonly CauseCode[] = [
  'oom-killed',
  'crash-loop',
  'image-name-invalid',
  'image-not-found',
  'image-forbidden',
  'operator-failed',
  'config-error',
  'volume-missing',
  'quota-exceeded',
  'admission-refused',
  'registry-unavailable',
  'job-failed',
  'unschedulable',
  'stuck-terminating',
  'flapping',
  'never-ready',
  'deadline',
];

/** Causes that only their duration proves: while nodes cannot report, time passes without news. */
const provedByTime: readonly CauseCode[] = [
  'config-error',
  'volume-missing',
  'registry-unavailable',
  'unschedulable',
  'stuck-terminating',
  'flapping',
  'never-ready',
  'deadline',
];
export const isProvedByTime = (code: CauseCode): boolean => provedByTime.includes(code);

/** Orders suspicions the same way whatever the order of the objects they came from. */
export function bySeverity(one: Finding, two: Finding): number {
  const rank = severityOrder.indexOf(one.code) - severityOrder.indexOf(two.code);
  const began = one.since.getTime() - two.since.getTime();
  return rank || began || (one.line < two.line ? -1 : one.line > two.line ? 1 : 0);
}

interface FindingDetails {
  readonly code: CauseCode;
  /** What happened, after the place. */
  readonly what: string;
  readonly since: Date;
  readonly provedAt?: Date | undefined;
}

const createFinding = (subject: WorkloadContext, place: string, { code, what, since, provedAt }: FindingDetails, pod?: Pod): Finding => ({
  code,
  line: `${place}: ${singleLine(what)}`,
  target: subject.target,
  chain: ownerChain(subject, pod),
  since,
  ...(provedAt === undefined ? {} : { provedAt }),
});

export const workloadFinding = (subject: WorkloadContext, finding: FindingDetails): Finding =>
  createFinding(subject, describeLocation(subject.target), finding);

export const podFinding = (subject: WorkloadContext, pod: Pod, finding: FindingDetails): Finding =>
  createFinding(subject, describeLocation(subject.target, pod), finding, pod);

export const containerFinding = (seat: ContainerContext, finding: FindingDetails): Finding => ({
  ...createFinding(seat.subject, describeLocation(seat.subject.target, seat.pod, seat.status.name), finding, seat.pod),
  container: containerRef(seat),
});
