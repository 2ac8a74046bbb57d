import { metadataKeys } from '../../../contract/product.ts';
import { canaryComponent, canaryDeployment, canaryNames, canaryService } from '../../../manifests/constructs/canary.ts';
import { canaryReplicas } from '../../../manifests/constructs/progressive-delivery.ts';
import { isTransient } from '../../cluster/api-error.ts';
import { Deadline } from '../../cluster/clock.ts';
import { type KubeObject, type Ref, refOf } from '../../cluster/objects.ts';
import { numberAt } from '../../values/json.ts';
import { judge } from '../judge/judge.ts';
import { ofKind } from '../judge/kubernetes-objects.ts';
import type { Memory, ObjectRef, Observation } from '../judge/verdict.ts';
import { causeFromVerdict, type FailureCause } from '../verify/failure-cause.ts';
import { observe, targetsOf } from '../verify/observation.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import type { SmokeExpectation } from '../verify/smoke-test.ts';
import { restartedSince } from '../verify/soak.ts';
import type { CanaryObjects, ProgressiveRelease } from './canary-objects.ts';
import type { CanaryObservation } from './canary-steps.ts';
import type { PlanWriter } from './plan-writer.ts';

/** Time limit for ready pods to pass the smoke test. */
const settleSeconds = 4;
/** Time limit of the smoke test while the API server does not reach the pods. */
const smokeSeconds = 30;
/** Time limit for the deletion of an abandoned canary. */
const goneSeconds = 120;
const pollMs = 500;

/** The pods of the new release during a progressive rollout. */
export interface CanaryPods {
  /** Scales for a traffic weight. @returns the applied objects */
  prepare(weight: number): Promise<readonly KubeObject[]>;
  /** Judges the pods, and runs the smoke test if `smoke` is set. */
  check(smoke: boolean): Promise<CanaryPodsStatus>;
  /** Desired number of pods. */
  readonly wanted: number;
  /** Deletes the Deployment and the Service. */
  remove(): Promise<void>;
  /** Deletes an abandoned canary and waits until it is gone, so that its pods do not count as new. */
  clear(): Promise<void>;
  /** The Deployment and one pod, for evidence. */
  chain(): readonly ObjectRef[];
}

export interface CanaryPodsStatus {
  readonly pods: CanaryObservation['pods'];
  /** Why they failed. */
  readonly failure?: FailureCause;
}

export function createCanaryPods(
  run: RolloutContext,
  writer: PlanWriter,
  objects: CanaryObjects,
  { names }: ProgressiveRelease,
  expected: SmokeExpectation,
): CanaryPods {
  const { cluster, namespace, signal } = run;
  const own = canaryNames(names);
  const stableRef = refOf(objects.stable.object);
  const deploymentRef: Ref = { ...stableRef, name: own.deployment };
  const refs = [deploymentRef, { ...refOf(objects.service), name: own.service }];
  let wanted = 0;
  let applied: KubeObject | undefined;
  let appliedAt = cluster.now();
  let memory: Memory | undefined;
  let start: Observation | undefined;
  let last: Observation | undefined;

  const remove = async () => {
    for (const ref of refs) {
      const live = await cluster.get(ref);
      if (live?.metadata.uid !== undefined) await cluster.remove(ref, live.metadata.uid);
    }
  };

  return {
    get wanted() {
      return wanted;
    },
    remove,
    async clear() {
      await remove();
      for (const end = new Deadline(cluster.clock, goneSeconds); !end.isOver; await cluster.clock.sleep(pollMs, signal)) {
        if ((await cluster.get(deploymentRef)) === undefined) return;
      }
    },
    async prepare(weight) {
      const stable = numberAt(await cluster.get(stableRef), 'spec', 'replicas') ?? 1;
      // The stable release may have been scaled down since the last step; pods with traffic stay.
      wanted = Math.max(wanted, canaryReplicas(stable, weight));
      appliedAt = new Date(Math.floor(cluster.now().getTime() / 1000) * 1000);
      const service = await writer.apply(canaryService(objects.service), { force: true });
      applied = await writer.apply(canaryDeployment(objects.stable.object, wanted), { force: true });
      memory = undefined;
      return [service, applied];
    },
    async check(smoke) {
      const targets = targetsOf(applied === undefined ? [] : [applied]);
      try {
        // The canary plan has its own time limits: the judge must not apply a deadline.
        const deadlineSeconds = Number.MAX_SAFE_INTEGER;
        const now = onlyOwn(await observe({ cluster, namespace, targets, appliedAt, deadlineSeconds }, memory));
        last = now;
        const verdict = judge(now);
        memory = verdict.memory;
        if (verdict.state === 'failed') return failed(causeFromVerdict(verdict));
        const restarted = start && restartedSince(start, now);
        if (restarted) return failed(restarted);
        if (verdict.state === 'progressing') return { pods: { state: 'progressing', why: verdict.waiting[0]?.line ?? 'not healthy yet' } };
        start = now;
        return smoke ? await smokeTested() : { pods: { state: 'healthy', why: 'healthy' } };
      } catch (error) {
        if (!isTransient(error)) throw error;
        return { pods: { state: 'progressing', why: 'the API server does not respond; retrying' } };
      }
    },
    chain: () => [{ kind: 'Deployment', namespace, name: own.deployment }, ...onePod()],
  };

  async function smokeTested(): Promise<CanaryPodsStatus> {
    const provedAt = cluster.now();
    const { passed, failures, failedPod } = await run.smoke(
      { ...expected, service: own.service },
      { settleSeconds, deadline: new Deadline(cluster.clock, smokeSeconds) },
      signal,
    );
    if (passed) return { pods: { state: 'healthy', why: 'healthy' } };
    const [line = 'the new release did not respond as expected', ...others] = failures;
    const chain = failedPod === undefined ? [] : [{ kind: 'Pod', namespace, name: failedPod }];
    return failed({ code: 'smoke-failed', line, provedAt, chain, others });
  }

  function onePod(): ObjectRef[] {
    return ofKind(last?.objects ?? [], 'Pod')
      .slice(0, 1)
      .map(({ metadata: { name } }) => ({ kind: 'Pod', namespace, name }));
  }
}

/** Only the canary's pods: restarts of others do not count. */
const onlyOwn = ({ objects, ...rest }: Observation): Observation => ({
  ...rest,
  objects: objects.filter(({ kind, metadata }) => kind !== 'Pod' || metadata.labels?.[metadataKeys.component] === canaryComponent),
});

const failed = (failure: FailureCause): CanaryPodsStatus => ({ pods: { state: 'failed', why: failure.line }, failure });
