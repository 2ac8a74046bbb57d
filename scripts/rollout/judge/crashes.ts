import type { ContainerStatus } from './objects.ts';
import { type Scene, type Seat, seatKey, sentence } from './scene.ts';
import { type Suspicion, suspectContainer } from './suspicion.ts';
import { after, moment } from './time.ts';
import type { ContainerHistory, Exit } from './types.ts';

/** Ends of a container's runs that the status still shows, the older first. */
const ends = ({ lastState, state }: ContainerStatus): readonly Exit[] =>
  [lastState?.terminated, state?.terminated].flatMap((end) => {
    const at = moment(end?.finishedAt)?.toISOString();
    return end && at ? [{ at, code: end.exitCode, reason: end.reason ?? 'no reason given', message: sentence(end.message) }] : [];
  });

/** When the run began that followed the last restart. While the kubelet backs off, that run is over and stands in `lastState`. */
function restartedAt({ state, lastState }: ContainerStatus): Date | undefined {
  const run = state?.running ?? state?.terminated ?? lastState?.terminated;
  return moment(run?.startedAt) ?? moment(state?.terminated?.finishedAt ?? lastState?.terminated?.finishedAt);
}

/** The history of a container with what its status shows now; only ends after the release count. */
function remembered(scene: Scene, seat: Seat): ContainerHistory {
  const { status, pod } = seat;
  const before = scene.recall.history(seatKey(seat));
  const since = ends(status).filter(({ at }) => new Date(at) >= scene.appliedAt);
  const known = before?.exits ?? [];
  const fresh = since.filter(({ at }) => !known.some((exit) => exit.at === at));
  const exits = [...known, ...fresh].sort((one, two) => (one.at < two.at ? -1 : 1)).slice(-scene.limits.restarts);
  // A pod older than the release was restarted by it only as often as its status shows ends since.
  const isOld = (moment(pod.metadata.creationTimestamp) ?? scene.appliedAt) < scene.appliedAt;
  const restartsBefore = before?.restartsBefore ?? (isOld ? Math.max(0, (status.restartCount ?? 0) - since.length) : 0);
  return { restartsBefore, exits };
}

const hasRun = ({ now }: Scene, { ready, state }: ContainerStatus, seconds: number): boolean => {
  const since = moment(state?.running?.startedAt);
  return ready === true && since !== undefined && now >= after(since, seconds);
};

/**
 * Rule 8: so many restarts of one container with one exit code, whatever its waiting reason says at the moment; one replica suffices, init
 * containers and sidecars count. A Job's pods are tried as often as its backoffLimit says.
 */
export function crashTrouble(scene: Scene, seat: Seat): readonly Suspicion[] {
  if (seat.subject.workload.kind === 'Job') return [];
  const { status, role } = seat;
  const history = remembered(scene, seat);
  scene.recall.keep(seatKey(seat), history);
  const restarts = (status.restartCount ?? 0) - history.restartsBefore;
  const endedWell = role === 'helper' && ends(status).at(-1)?.code === 0;
  if (endedWell || hasRun(scene, status, scene.limits.steadySeconds) || (restarts <= 0 && history.exits.length === 0)) return [];

  const last = history.exits.at(-1);
  const code = last?.reason === 'OOMKilled' ? 'oom-killed' : 'crash-loop';
  const restarted = restartedAt(status) ?? scene.recall.firstSeen(`${seatKey(seat)}/${code}`);
  const same = new Set(history.exits.map((exit) => exit.code)).size <= 1;
  const ended = last === undefined ? 'ended' : `exited with code ${last.code} (${last.reason})`;
  const times = `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
  const what = [ended, ', ', times, ...(last?.message ? [': ', last.message] : [])].join('');
  const since = history.exits[0] ? new Date(history.exits[0].at) : restarted;
  const provedAt = same && restarts >= scene.limits.restarts ? restarted : undefined;
  const unsettled = !hasRun(scene, status, scene.limits.recoverySeconds);
  return [{ ...suspectContainer(seat, { code, what, since, provedAt }), unsettled }];
}
