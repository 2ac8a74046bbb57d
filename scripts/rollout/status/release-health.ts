import type { Deadline } from '../../cluster/clock.ts';
import { label } from '../../cluster/objects.ts';
import { isWorkload, withoutAdminCharts } from '../plan/deploy-order.ts';
import type { ReleaseRecord } from '../record/release-history.ts';
import { currentProblems, targetsOf } from '../verify/observation.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { foreignPods, foreignPodText } from './foreign-pods.ts';

/** Current state of a release's workloads. */
export interface ReleaseHealth {
  readonly healthy: boolean;
  /** One line per missing workload, and the lines of the judge. */
  readonly problems: readonly string[];
  readonly workloads: readonly string[];
}

/** Repeats the check until the release is healthy or the deadline is over: scaling by an autoscaler is no failure. */
export async function waitForHealth(run: RolloutContext, release: ReleaseRecord, deadline: Deadline): Promise<ReleaseHealth> {
  for (;;) {
    const health = await releaseHealth(run, release);
    if (health.healthy || deadline.isOver) return health;
    await run.cluster.clock.sleep(1000, run.signal);
  }
}

/** Checks once. Missing workloads are problems; Jobs are ignored. */
export async function releaseHealth(run: RolloutContext, release: ReleaseRecord): Promise<ReleaseHealth> {
  const wanted = withoutAdminCharts(release.charts)
    .flatMap(({ objects }) => objects)
    .filter((object) => isWorkload(object) && object.kind !== 'Job');
  const live = await Promise.all(
    targetsOf(wanted).map(({ apiVersion, kind, name }) => run.cluster.get({ apiVersion, kind, namespace: run.namespace, name })),
  );
  const present = live.filter((object) => object !== undefined);
  const workloads = targetsOf(wanted).map(label);
  const existing = new Set(targetsOf(present).map(label));
  const missing = workloads.filter((name) => !existing.has(name)).map((name) => `${name} is missing`);
  if (present.length === 0) return { healthy: false, problems: missing, workloads };
  const appliedAt = new Date(release.createdAt);
  const findings = await currentProblems({ cluster: run.cluster, namespace: run.namespace, targets: targetsOf(present), appliedAt });
  const foreign = await foreignPods(run.cluster, run.namespace, release.charts);
  const problems = [...missing, ...findings, ...foreign.map(foreignPodText)];
  return { healthy: problems.length === 0, problems, workloads };
}
