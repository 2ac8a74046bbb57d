import type { Deadline } from '../../cluster/clock.ts';
import { label } from '../../cluster/objects.ts';
import { isWorkload, withoutAdminCharts } from '../plan/deploy-order.ts';
import type { ReleaseRecord } from '../record/release-history.ts';
import { currentProblems, targetsOf } from '../verify/observation.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { foreignPods, foreignPodText } from './foreign-pods.ts';

/** The state of a release's workloads now. */
export interface ReleaseHealth {
  readonly healthy: boolean;
  /** One line a workload that is missing, or the judge's sentences. */
  readonly problems: readonly string[];
  readonly workloads: readonly string[];
}

/** Looks until all is well or the deadline is over: an autoscaler that adds or takes a pod is at work, not a failure. */
export async function waitForHealth(run: RolloutContext, release: ReleaseRecord, deadline: Deadline): Promise<ReleaseHealth> {
  for (;;) {
    const health = await releaseHealth(run, release);
    if (health.healthy || deadline.isOver) return health;
    await run.cluster.clock.sleep(1000, run.signal);
  }
}

/** Looks once. Workloads of the release that are not there count as problems; Jobs are done with. */
export async function releaseHealth(run: RolloutContext, release: ReleaseRecord): Promise<ReleaseHealth> {
  const wanted = withoutAdminCharts(release.charts)
    .flatMap(({ objects }) => objects)
    .filter((object) => isWorkload(object) && object.kind !== 'Job');
  const live = await Promise.all(
    targetsOf(wanted).map(({ apiVersion, kind, name }) => run.cluster.get({ apiVersion, kind, namespace: run.namespace, name })),
  );
  const present = live.filter((object) => object !== undefined);
  const workloads = targetsOf(wanted).map(label);
  const there = new Set(targetsOf(present).map(label));
  const missing = workloads.filter((name) => !there.has(name)).map((name) => `${name} is missing`);
  if (present.length === 0) return { healthy: false, problems: missing, workloads };
  const appliedAt = new Date(release.createdAt);
  const said = await currentProblems({ cluster: run.cluster, namespace: run.namespace, targets: targetsOf(present), appliedAt });
  const foreign = await foreignPods(run.cluster, run.namespace, release.charts);
  const problems = [...missing, ...said, ...foreign.map(foreignPodText)];
  return { healthy: problems.length === 0, problems, workloads };
}
