import type { ContainerStatus } from './objects.ts';
import { type Scene, type Seat, seatKey } from './scene.ts';
import { type Suspicion, suspectContainer } from './suspicion.ts';
import { moment } from './time.ts';
import type { ContainerHistory } from './types.ts';

/** Ends of a container's runs that the status still shows, the older first. */
const ends = ({ lastState, state }: ContainerStatus) =>
  [lastState?.terminated, state?.terminated].filter((end) => end !== undefined && end !== null);

/** When the run began that followed the last restart. While the kubelet backs off, that run is over and stands in `lastState`. */
const restartedAt = ({ state, lastState }: ContainerStatus): Date | undefined =>
  moment(state?.running?.startedAt ?? state?.terminated?.startedAt ?? lastState?.terminated?.startedAt);

/** The history of a container with what its status shows now; only ends after the release count. */
function remembered(scene: Scene, seat: Seat): ContainerHistory {
  const { status, pod } = seat;
  const before = scene.recall.history(seatKey(seat));
  const isOld = (moment(pod.metadata.creationTimestamp) ?? scene.appliedAt) < scene.appliedAt;
  const seen = before?.exits.map(({ at }) => at) ?? [];
  const fresh = ends(status)
    .map(({ exitCode, finishedAt }) => ({ code: exitCode, at: moment(finishedAt) }))
    .flatMap(({ code, at }) =>
      at !== undefined && at >= scene.appliedAt && !(seat.role === 'helper' && code === 0) ? [{ code, at: at.toISOString() }] : [],
    )
    .filter(({ at }) => !seen.includes(at));
  const exits = [...(before?.exits ?? []), ...fresh].sort((one, two) => (one.at < two.at ? -1 : 1)).slice(-scene.limits.restarts);
  return { restartsBefore: before?.restartsBefore ?? (isOld ? restartsBeforeRelease(scene, status) : 0), exits };
}

/** A pod older than the release was not restarted by it, unless its status shows the end of a run since. */
const restartsBeforeRelease = ({ appliedAt }: Scene, status: ContainerStatus): number =>
  Math.max(0, (status.restartCount ?? 0) - ends(status).filter(({ finishedAt }) => (moment(finishedAt) ?? appliedAt) >= appliedAt).length);

/**
 * Rule 8: so many restarts of one container with one exit code, whatever its waiting reason says at the moment; one replica suffices, init
 * containers and sidecars count. A Job's pods are tried as often as its backoffLimit says.
 */
export function crashTrouble(scene: Scene, seat: Seat): readonly Suspicion[] {
  if (seat.subject.workload.kind === 'Job') return [];
  const history = remembered(scene, seat);
  scene.recall.keep(seatKey(seat), history);
  const restarts = (seat.status.restartCount ?? 0) - history.restartsBefore;
  const last = ends(seat.status).at(-1);
  if (restarts <= 0 && history.exits.length === 0) return [];
  const code = last?.reason === 'OOMKilled' ? 'oom-killed' : 'crash-loop';
  const since = restartedAt(seat.status) ?? scene.recall.firstSeen(`${seatKey(seat)}/${code}`);
  const proved = restarts >= scene.limits.restarts && new Set(history.exits.map((exit) => exit.code)).size <= 1;
  const ended = last === undefined ? 'ended' : `exited with code ${last.exitCode} (${last.reason ?? 'no reason given'})`;
  const what = `${ended}, ${restarts} ${restarts === 1 ? 'restart' : 'restarts'}${last?.message ? `: ${last.message}` : ''}`;
  const began = history.exits[0] ? new Date(history.exits[0].at) : since;
  return [suspectContainer(seat, { code, what, since: began, provedAt: proved ? since : undefined })];
}
