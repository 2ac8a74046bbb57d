import { configurationTrouble, creationTrouble, startTrouble } from './configuration.ts';
import { crashTrouble } from './crashes.ts';
import { ownDeadline } from './deadline.ts';
import { flappingTrouble } from './flapping.ts';
import { imageTrouble } from './images.ts';
import { jobTrouble } from './jobs.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { conditionOf, ofKind } from './objects.ts';
import { isOperated, operatorTrouble, unmade } from './operated.ts';
import { missing } from './progress.ts';
import { readinessTrouble } from './readiness.ts';
import { recall } from './recall.ts';
import { isObserved, objectOf, subjectOf } from './revision.ts';
import { chainOf, containerRef, eventEnd, placeOf, type Scene, type Subject, seatsOf } from './scene.ts';
import { schedulingTrouble } from './scheduling.ts';
import { byInformation, type Suspicion } from './suspicion.ts';
import { terminatingTrouble } from './terminating.ts';
import { after, earlier, wholeSeconds } from './time.ts';
import type { Cause, Observation, Target, Verdict, Waiting } from './types.ts';
import { waitOf } from './waits.ts';

export { isClusterEvent, isClusterObject } from './objects.ts';
export { isAwaited, isOperatedKind, isReported } from './operated.ts';
export { isProvedByTime } from './suspicion.ts';
export type { Cause, CauseCode, ContainerRef, Memory, ObjectRef, Observation, Target, Verdict, Waiting } from './types.ts';

const seatRules = [imageTrouble, configurationTrouble, readinessTrouble, flappingTrouble] as const;
const podRules = [startTrouble, schedulingTrouble, crashTrouble] as const;
const workloadRules = [creationTrouble, ownDeadline, terminatingTrouble] as const;

/** All that is wrong with the current revision of one workload. */
function troubles(scene: Scene, subject: Subject): readonly Suspicion[] {
  const { workload } = subject;
  const pods = subject.pods.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  return [
    ...(workload.kind === 'Job' ? jobTrouble(scene, subject, workload) : []),
    ...workloadRules.flatMap((rule) => rule(scene, subject)),
    ...pods.flatMap((pod) => podRules.flatMap((rule) => rule(scene, subject, pod))),
    ...pods.flatMap((pod) => seatsOf(subject, pod)).flatMap((seat) => seatRules.flatMap((rule) => rule(scene, seat))),
  ];
}

interface Finding {
  readonly target: Target;
  /** What the target lacks; undefined when it is healthy. */
  readonly lacks: string | undefined;
  readonly suspicions: readonly Suspicion[];
  /** Not set: it is not there yet, or made by an operator. */
  readonly subject?: Subject;
}

function examine(scene: Scene, { objects }: Observation, target: Target): Finding {
  const workload = objectOf(target, objects);
  if (workload === undefined) return { target, lacks: 'it is not there yet', suspicions: [] };
  if (isOperated(workload)) return { target, lacks: unmade(target, workload), suspicions: operatorTrouble(scene, target, workload) };
  if (!isObserved(target, workload)) return { target, lacks: 'its controller has not seen the change yet', suspicions: [] };
  const subject = subjectOf(target, workload, objects);
  const suspicions = [...troubles(scene, subject)].sort(byInformation);
  const recovering = suspicions.some(({ unsettled }) => unsettled)
    ? 'all pods are available, but a container has only just restarted'
    : undefined;
  return { target, lacks: missing(workload) ?? recovering, suspicions, subject };
}

function waitingFor({ target, lacks, suspicions: [worst] }: Finding): Waiting {
  const line = `${placeOf(target)}: ${lacks ?? 'it is healthy'}`;
  if (worst === undefined) return { target, line };
  const until = worst.provedAt === undefined ? {} : { until: worst.provedAt };
  return { target, line: `${line}; ${worst.line.slice(placeOf(target).length).replace(/^[,:] /, '')}`, ...until };
}

/** When time is up, the worst that is known of the first target that is not healthy is the cause; else what its pods wait for. */
function timeUp(scene: Scene, observation: Observation, unhealthy: readonly Finding[]): readonly Suspicion[] {
  const since = observation.appliedAt;
  const provedAt = after(since, observation.deadlineSeconds);
  if (observation.now < provedAt) return [];
  return unhealthy.map((finding) => {
    const { target } = finding;
    const known = finding.suspicions[0] ?? waitingPod(scene, finding);
    const wait = 'wait' in known ? `; ${known.wait}` : '';
    const line = `${waitingFor(finding).line}${wait} (not healthy within ${observation.deadlineSeconds} s)`;
    return {
      ...known,
      code: 'deadline',
      target,
      line,
      since,
      provedAt,
    };
  });
}

/** What evidence is collected from when no rule has found anything, and what is awaited there. */
function waitingPod(scene: Scene, { target, subject }: Finding): Pick<Suspicion, 'chain' | 'container'> & { readonly wait?: string } {
  const wait = subject && waitOf(scene, subject);
  if (subject === undefined || wait === undefined) {
    return { chain: [{ kind: target.kind, namespace: target.namespace, name: target.name }] };
  }
  const place = placeOf(target, wait.pod, wait.container?.status.name).slice(placeOf(target).length).replace(/^, /, '');
  return {
    chain: chainOf(subject, wait.pod),
    ...(wait.container && { container: containerRef(wait.container) }),
    wait: place === '' ? wait.what : `${place} ${wait.what}`,
  };
}

const causeOf = ({ code, line, target, chain, container, since }: Suspicion): Cause => ({
  code,
  line,
  target,
  chain,
  since,
  ...(container && { container }),
});

/**
 * Judges a rollout from one observation: a pure function, so that recorded sequences can be replayed.
 * The first failure that is proved ends all waiting; among several, the most informative is the cause.
 * Lines carry the cluster's own sentences, which may quote a container's last words: redact before printing.
 */
export function judge(observation: Observation, overrides: Partial<Limits> = {}): Verdict {
  const { now, previous, objects } = observation;
  const limits: Limits = { ...defaultLimits, ...overrides };
  const remembers = recall(previous, now);
  const appliedAt = wholeSeconds(observation.appliedAt);
  const events = observation.events.filter((event) => (eventEnd(event) ?? now) >= appliedAt);
  const lost = ofKind(objects, 'Node').filter(({ status }) => conditionOf(status?.conditions, 'Ready')?.status !== 'True');
  const notReadyNodes = new Set(lost.map(({ metadata }) => metadata.name));
  const scene: Scene = { now, appliedAt, limits, events, notReadyNodes, recall: remembers };

  const findings = observation.targets.map((target) => examine(scene, observation, target));
  const unhealthy = findings.filter(({ lacks }) => lacks !== undefined);
  const proved = [...findings.flatMap(({ suspicions }) => suspicions), ...timeUp(scene, observation, unhealthy)]
    .filter(({ provedAt }) => provedAt !== undefined && provedAt <= now)
    .sort(byInformation);
  const memory = remembers.memory();
  const [worst, ...others] = proved;
  if (worst !== undefined)
    return { state: 'failed', cause: causeOf(worst), provedAt: earlier(worst.provedAt ?? now, now), others: others.map(causeOf), memory };
  if (unhealthy.length > 0) return { state: 'progressing', waiting: unhealthy.map(waitingFor), memory };
  return { state: 'healthy', memory };
}
