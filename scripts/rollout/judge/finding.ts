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

/** A problem of the rollout. It becomes a failure at `provedAt`; without that, only together with another observation. */
export interface Finding extends Cause {
  readonly provedAt?: Date;
  /** If true, even a complete rollout is not healthy yet. */
  readonly isRecovering?: boolean;
}

/** Most informative first: of several proved causes the first is reported. */
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
  'admission-rejected',
  'registry-unavailable',
  'job-failed',
  'unschedulable',
  'stuck-terminating',
  'flapping',
  'never-ready',
  'deadline',
];

/** Causes that are proved by their duration: not trusted while nodes cannot report. */
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

/** Sorts findings, independent of the order of the objects. */
export function bySeverity(one: Finding, two: Finding): number {
  const rank = severityOrder.indexOf(one.code) - severityOrder.indexOf(two.code);
  const age = one.since.getTime() - two.since.getTime();
  return rank || age || (one.line < two.line ? -1 : one.line > two.line ? 1 : 0);
}

interface FindingDetails {
  readonly code: CauseCode;
  /** What happened; the location is prepended. */
  readonly what: string;
  readonly since: Date;
  readonly provedAt?: Date | undefined;
}

const createFinding = (
  workload: WorkloadContext,
  location: string,
  { code, what, since, provedAt }: FindingDetails,
  pod?: Pod,
): Finding => ({
  code,
  line: `${location}: ${singleLine(what)}`,
  target: workload.target,
  chain: ownerChain(workload, pod),
  since,
  ...(provedAt === undefined ? {} : { provedAt }),
});

export const workloadFinding = (workload: WorkloadContext, details: FindingDetails): Finding =>
  createFinding(workload, describeLocation(workload.target), details);

export const podFinding = (workload: WorkloadContext, pod: Pod, details: FindingDetails): Finding =>
  createFinding(workload, describeLocation(workload.target, pod), details, pod);

export const containerFinding = (container: ContainerContext, details: FindingDetails): Finding => ({
  ...createFinding(
    container.workload,
    describeLocation(container.workload.target, container.pod, container.status.name),
    details,
    container.pod,
  ),
  container: containerRef(container),
});
