import { metadataKeys } from '../../../contract/product.ts';
import { canaryComponent, canaryDeployment, canaryNames, canaryService } from '../../../manifests/constructs/canary.ts';
import { canaryReplicas } from '../../../manifests/constructs/progressive-delivery.ts';
import { isTransient } from '../../cluster/api-error.ts';
import { Deadline } from '../../cluster/clock.ts';
import { type KubeObject, type Ref, refOf } from '../../cluster/objects.ts';
import { numberAt } from '../../values/json.ts';
import { judge } from '../judge/judge.ts';
import { ofKind } from '../judge/kubernetes-objects.ts';
import { truncateToSeconds } from '../judge/timestamps.ts';
import type { Memory, ObjectRef, Observation } from '../judge/verdict.ts';
import { causeFromVerdict, type FailureCause } from '../verify/failure-cause.ts';
import { observe, targetsOf } from '../verify/observation.ts';
import { explainRestart, restartedSince } from '../verify/restarts.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import type { SmokeExpectation } from '../verify/smoke-test.ts';
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

export interface CanaryPodsStatus {
  readonly pods: CanaryObservation['pods'];
  /** Why they failed. */
  readonly failure?: FailureCause;
}

/** The pods of the new release during a progressive rollout. */
export class CanaryPods {
  readonly #run: RolloutContext;
  readonly #writer: PlanWriter;
  readonly #objects: CanaryObjects;
  readonly #expected: SmokeExpectation;
  readonly #stableRef: Ref;
  readonly #deploymentRef: Ref;
  readonly #serviceRef: Ref;
  #wanted = 0;
  #applied: KubeObject | undefined;
  #appliedAt: Date;
  #memory: Memory | undefined;
  #start: Observation | undefined;
  #last: Observation | undefined;

  constructor(run: RolloutContext, writer: PlanWriter, objects: CanaryObjects, { names }: ProgressiveRelease, expected: SmokeExpectation) {
    this.#run = run;
    this.#writer = writer;
    this.#objects = objects;
    const own = canaryNames(names);
    this.#expected = { ...expected, service: own.service };
    this.#stableRef = refOf(objects.stable.object);
    this.#deploymentRef = { ...this.#stableRef, name: own.deployment };
    this.#serviceRef = { ...refOf(objects.service), name: own.service };
    this.#appliedAt = run.cluster.now();
  }

  /** Desired number of pods. */
  get wanted(): number {
    return this.#wanted;
  }

  /** Scales for a traffic weight. @returns the applied objects */
  async prepare(weight: number): Promise<readonly KubeObject[]> {
    const { cluster } = this.#run;
    const stable = numberAt(await cluster.get(this.#stableRef), 'spec', 'replicas') ?? 1;
    // The stable release may have been scaled down since the last step; pods with traffic stay.
    this.#wanted = Math.max(this.#wanted, canaryReplicas(stable, weight));
    this.#appliedAt = truncateToSeconds(cluster.now());
    const service = await this.#writer.apply(canaryService(this.#objects.service), { force: true });
    this.#applied = await this.#writer.apply(canaryDeployment(this.#objects.stable.object, this.#wanted), { force: true });
    this.#memory = undefined;
    return [service, this.#applied];
  }

  /** Judges the pods, and runs the smoke test if `smoke` is set. */
  async check(smoke: boolean): Promise<CanaryPodsStatus> {
    const { cluster, namespace } = this.#run;
    const targets = targetsOf(this.#applied === undefined ? [] : [this.#applied]);
    try {
      // The canary plan has its own time limits: the judge must not apply a deadline.
      const options = { cluster, namespace, targets, appliedAt: this.#appliedAt, deadlineSeconds: Number.MAX_SAFE_INTEGER };
      const observeNow = async () => onlyOwn(await observe(options, this.#memory));
      const now = await observeNow();
      this.#last = now;
      const verdict = judge(now);
      this.#memory = verdict.memory;
      if (verdict.state === 'failed') return failed(causeFromVerdict(verdict));
      const restarted = this.#start && restartedSince(this.#start, now);
      if (this.#start && restarted) return failed(await explainRestart(restarted, this.#start, this.#run, observeNow));
      if (verdict.state === 'progressing') return { pods: { state: 'progressing', why: verdict.waiting[0]?.line ?? 'not healthy yet' } };
      this.#start = now;
      return smoke ? await this.#smokeTest() : healthy;
    } catch (error) {
      if (!isTransient(error)) throw error;
      return { pods: { state: 'progressing', why: 'the API server does not respond; retrying' } };
    }
  }

  /** Deletes the Deployment and the Service. */
  async remove(): Promise<void> {
    const { cluster } = this.#run;
    for (const ref of [this.#deploymentRef, this.#serviceRef]) {
      const live = await cluster.get(ref);
      if (live?.metadata.uid !== undefined) await cluster.remove(ref, live.metadata.uid);
    }
  }

  /** Deletes an abandoned canary and waits until it is gone, so that its pods do not count as new. */
  async clear(): Promise<void> {
    const { cluster, signal } = this.#run;
    await this.remove();
    for (const end = new Deadline(cluster.clock, goneSeconds); !end.isOver; await cluster.clock.sleep(pollMs, signal)) {
      if ((await cluster.get(this.#deploymentRef)) === undefined) return;
    }
  }

  /** The Deployment and one pod, for evidence. */
  chain(): readonly ObjectRef[] {
    const { namespace } = this.#run;
    const pods = ofKind(this.#last?.objects ?? [], 'Pod').slice(0, 1);
    return [
      { kind: 'Deployment', namespace, name: this.#deploymentRef.name },
      ...pods.map(({ metadata: { name } }) => ({ kind: 'Pod', namespace, name })),
    ];
  }

  async #smokeTest(): Promise<CanaryPodsStatus> {
    const { cluster, namespace, signal } = this.#run;
    const provedAt = cluster.now();
    const limits = { settleSeconds, deadline: new Deadline(cluster.clock, smokeSeconds) };
    const { passed, failures, failedPod } = await this.#run.smoke(this.#expected, limits, signal);
    if (passed) return healthy;
    const [line = 'the new release did not respond as expected', ...others] = failures;
    const chain = failedPod === undefined ? [] : [{ kind: 'Pod', namespace, name: failedPod }];
    return failed({ code: 'smoke-failed', line, provedAt, chain, others });
  }
}

const healthy: CanaryPodsStatus = { pods: { state: 'healthy', why: 'healthy' } };

/** Only the canary's pods: restarts of others do not count. */
const onlyOwn = ({ objects, ...rest }: Observation): Observation => ({
  ...rest,
  objects: objects.filter(({ kind, metadata }) => kind !== 'Pod' || metadata.labels?.[metadataKeys.component] === canaryComponent),
});

const failed = (failure: FailureCause): CanaryPodsStatus => ({ pods: { state: 'failed', why: failure.line }, failure });
