import type { Pod } from './objects.ts';
import { chainOf, containerRef, placeOf, type Seat, type Subject, sentence } from './scene.ts';
import type { Cause, CauseCode } from './types.ts';

/** Something wrong. It becomes a failure at `provedAt`, or only with another observation where that is absent. */
export interface Suspicion extends Cause {
  readonly provedAt?: Date;
  /** True while not even a complete rollout may be called healthy. */
  readonly unsettled?: boolean;
}

/** From the most to the least informative: a person should read the first of these that was proved. */
const informative: readonly CauseCode[] = [
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
export function byInformation(one: Suspicion, two: Suspicion): number {
  const rank = informative.indexOf(one.code) - informative.indexOf(two.code);
  const began = one.since.getTime() - two.since.getTime();
  return rank || began || (one.line < two.line ? -1 : one.line > two.line ? 1 : 0);
}

interface Finding {
  readonly code: CauseCode;
  /** What happened, after the place. */
  readonly what: string;
  readonly since: Date;
  readonly provedAt?: Date | undefined;
}

const suspicion = (subject: Subject, place: string, { code, what, since, provedAt }: Finding, pod?: Pod): Suspicion => ({
  code,
  line: `${place}: ${sentence(what)}`,
  target: subject.target,
  chain: chainOf(subject, pod),
  since,
  ...(provedAt === undefined ? {} : { provedAt }),
});

export const suspectWorkload = (subject: Subject, finding: Finding): Suspicion => suspicion(subject, placeOf(subject.target), finding);

export const suspectPod = (subject: Subject, pod: Pod, finding: Finding): Suspicion =>
  suspicion(subject, placeOf(subject.target, pod), finding, pod);

export const suspectContainer = (seat: Seat, finding: Finding): Suspicion => ({
  ...suspicion(seat.subject, placeOf(seat.subject.target, seat.pod, seat.status.name), finding, seat.pod),
  container: containerRef(seat),
});
