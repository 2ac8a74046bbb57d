import { type ContainerContext, containerKey, type EvaluationContext } from './evaluation-context.ts';
import { containerFinding, type Finding } from './finding.ts';
import { conditionOf, type Pod } from './kubernetes-objects.ts';
import { parseTimestamp } from './timestamps.ts';
import type { Readiness } from './verdict.ts';

const unreadySince = (pod: Pod): string | undefined => {
  const ready = conditionOf(pod.status?.conditions, 'Ready');
  return ready?.status === 'False' ? parseTimestamp(ready.lastTransitionTime)?.toISOString() : undefined;
};

/** Key of one run of a container: a restart starts a new run. */
const runKey = (container: ContainerContext): string => `${containerKey(container)}/${container.status.restartCount ?? 0}`;

/** The recorded readiness merged with the current status. A loss is identified by its time, so that one between two observations counts too. */
function updatedReadiness(context: EvaluationContext, container: ContainerContext): Readiness | undefined {
  const { status, pod } = container;
  const before = context.memory.readiness(runKey(container));
  if (status.ready === true) return { ready: true, losses: before?.losses ?? [] };
  if (before === undefined) return undefined;
  const lost = unreadySince(pod) ?? (before.ready ? context.now.toISOString() : undefined);
  const isNew = lost !== undefined && !before.losses.includes(lost);
  return { ready: false, losses: isNew ? [...before.losses, lost].slice(-context.limits.readinessLosses) : before.losses };
}

/** A running container that loses its readiness repeatedly. Containers on a node that is not ready are exempt. */
export function flappingReadiness(context: EvaluationContext, container: ContainerContext): readonly Finding[] {
  const { pod, status, role } = container;
  if (role === 'init' || !status.state?.running || context.notReadyNodes.has(pod.spec?.nodeName ?? '')) return [];
  const readiness = updatedReadiness(context, container);
  if (readiness === undefined) return [];
  context.memory.keepReadiness(runKey(container), readiness);
  const { losses } = readiness;
  const [first] = losses;
  if (first === undefined || (readiness.ready && losses.length < context.limits.readinessLosses)) return [];
  const what = `lost its readiness ${losses.length === 1 ? 'once' : `${losses.length} times`} while it ran`;
  const last = parseTimestamp(losses[context.limits.readinessLosses - 1]);
  return [containerFinding(container, { code: 'flapping', what, since: new Date(first), provedAt: last })];
}
