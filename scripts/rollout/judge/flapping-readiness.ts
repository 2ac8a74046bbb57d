import { type ContainerContext, containerKey, type EvaluationContext } from './evaluation-context.ts';
import { containerFinding, type Finding } from './finding.ts';
import { conditionOf, type Pod } from './kubernetes-objects.ts';
import { parseTimestamp } from './timestamps.ts';
import type { Readiness } from './verdict.ts';

const unreadySince = (pod: Pod): string | undefined => {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  return ready?.status === 'False' ? parseTimestamp(ready.lastTransitionTime)?.toISOString() : undefined;
};

/** One run of a container: what it does after a restart is another's doing. */
const runKey = (seat: ContainerContext): string => `${containerKey(seat)}/${seat.status.restartCount ?? 0}`;

/** What the status adds to what is known: a loss is named by its time, so that one that was over before the next look counts too. */
function remembered(scene: EvaluationContext, seat: ContainerContext): Readiness | undefined {
  const { status, pod } = seat;
  const before = scene.memory.readiness(runKey(seat));
  if (status.ready === true) return { ready: true, losses: before?.losses ?? [] };
  if (before === undefined) return undefined;
  const lost = unreadySince(pod) ?? (before.ready ? scene.now.toISOString() : undefined);
  const isNew = lost !== undefined && !before.losses.includes(lost);
  return { ready: false, losses: isNew ? [...before.losses, lost].slice(-scene.limits.readinessLosses) : before.losses };
}

/** Rule 8: a container that runs on, but is ready only now and then. A lost node is not its fault. */
export function flappingReadiness(scene: EvaluationContext, seat: ContainerContext): readonly Finding[] {
  const { pod, status, role } = seat;
  if (role === 'init' || !status.state?.running || scene.notReadyNodes.has(pod.spec?.nodeName ?? '')) return [];
  const readiness = remembered(scene, seat);
  if (readiness === undefined) return [];
  scene.memory.keepReadiness(runKey(seat), readiness);
  const { losses } = readiness;
  const [first] = losses;
  if (first === undefined || (readiness.ready && losses.length < scene.limits.readinessLosses)) return [];
  const what = `lost its readiness ${losses.length === 1 ? 'once' : `${losses.length} times`} while it ran`;
  const last = parseTimestamp(losses[scene.limits.readinessLosses - 1]);
  return [containerFinding(seat, { code: 'flapping', what, since: new Date(first), provedAt: last })];
}
