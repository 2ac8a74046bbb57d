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

/** Seconds in which every new pod must answer as it should, once it is ready. */
const settleSeconds = 4;
/** Longest time for them to be asked, while the API server does not lead to them. */
const smokeSeconds = 30;
/** Seconds for the pods of an attempt that died to go. */
const goneSeconds = 120;
const lookMs = 500;

/** The pods of the new release beside the stable ones. */
export interface CanaryPods {
  /** As many of them as a share of the callers needs; tells of the objects that were made. */
  prepare(weight: number): Promise<readonly KubeObject[]>;
  /** How they are; asks them, too, before they get callers. */
  check(ask: boolean): Promise<CanaryPodsStatus>;
  /** How many there are to be. */
  readonly wanted: number;
  /** Takes them away, and the name they are found by. */
  remove(): Promise<void>;
  /** Waits until those of an attempt that died are gone: they must not be taken for new ones. */
  clear(): Promise<void>;
  /** From the Deployment down to one pod: where evidence is. */
  chain(): readonly ObjectRef[];
}

export interface CanaryPodsStatus {
  readonly pods: CanaryObservation['pods'];
  /** Why they are bad, with what is needed for evidence. */
  readonly trouble?: FailureCause;
}

export function createCanaryPods(
  run: RolloutContext,
  writer: PlanWriter,
  cast: CanaryObjects,
  { names }: ProgressiveRelease,
  expected: SmokeExpectation,
): CanaryPods {
  const { cluster, namespace, signal } = run;
  const own = canaryNames(names);
  const stableRef = refOf(cast.stable.object);
  const deploymentRef: Ref = { ...stableRef, name: own.deployment };
  const refs = [deploymentRef, { ...refOf(cast.service), name: own.service }];
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
      for (const end = new Deadline(cluster.clock, goneSeconds); !end.isOver; await cluster.clock.sleep(lookMs, signal)) {
        if ((await cluster.get(deploymentRef)) === undefined) return;
      }
    },
    async prepare(weight) {
      const stable = numberAt(await cluster.get(stableRef), 'spec', 'replicas') ?? 1;
      // Between two steps the stable release may have shrunk; those who have callers stay.
      wanted = Math.max(wanted, canaryReplicas(stable, weight));
      appliedAt = new Date(Math.floor(cluster.now().getTime() / 1000) * 1000);
      const service = await writer.apply(canaryService(cast.service), { force: true });
      applied = await writer.apply(canaryDeployment(cast.stable.object, wanted), { force: true });
      memory = undefined;
      return [service, applied];
    },
    async check(ask) {
      const targets = targetsOf(applied === undefined ? [] : [applied]);
      try {
        // Its course has limits of its own: the judge is to find what is wrong, not what takes long.
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
        return ask ? await asked() : { pods: { state: 'healthy', why: 'healthy' } };
      } catch (error) {
        if (!isTransient(error)) throw error;
        return { pods: { state: 'progressing', why: 'the API server does not answer; trying again' } };
      }
    },
    chain: () => [{ kind: 'Deployment', namespace, name: own.deployment }, ...onePod()],
  };

  async function asked(): Promise<CanaryPodsStatus> {
    const provedAt = cluster.now();
    const { passed, failures, failedPod } = await run.smoke(
      { ...expected, service: own.service },
      { settleSeconds, deadline: new Deadline(cluster.clock, smokeSeconds) },
      signal,
    );
    if (passed) return { pods: { state: 'healthy', why: 'healthy' } };
    const [line = 'the new release did not answer as expected', ...others] = failures;
    const chain = failedPod === undefined ? [] : [{ kind: 'Pod', namespace, name: failedPod }];
    return failed({ code: 'smoke-failed', line, provedAt, chain, others });
  }

  function onePod(): ObjectRef[] {
    return ofKind(last?.objects ?? [], 'Pod')
      .slice(0, 1)
      .map(({ metadata: { name } }) => ({ kind: 'Pod', namespace, name }));
  }
}

/** Without the pods of others, whose restarts are not its own. */
const onlyOwn = ({ objects, ...rest }: Observation): Observation => ({
  ...rest,
  objects: objects.filter(({ kind, metadata }) => kind !== 'Pod' || metadata.labels?.[metadataKeys.component] === canaryComponent),
});

const failed = (trouble: FailureCause): CanaryPodsStatus => ({ pods: { state: 'failed', why: trouble.line }, trouble });
