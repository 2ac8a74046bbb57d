import { randomUUID } from 'node:crypto';
import type { EnvironmentName } from '../../manifests/environments/index.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import type { DeployReport } from '../rollout/report/deploy-report.ts';
import type { Milestones } from '../rollout/report/milestones.ts';
import { connectToGitHub } from './client.ts';
import { commentOnFailure } from './comment.ts';
import { setCommitStatus } from './commit-status.ts';
import { addStatus, author, closeAbandonedDeployments, createDeployment, type DeploymentRef, type Payload } from './deployments.ts';
import { createQueue, type FailedReport } from './queue.ts';
import type { GitHubSettings } from './settings.ts';
import {
  failureComment,
  finalUpdate,
  inProgressUpdate,
  interruptedUpdate,
  isFailedRelease,
  queuedUpdate,
  refusedUpdate,
  type StatusUpdate,
} from './status-update.ts';

/** What is told of. */
export interface ReportedRelease {
  readonly task: 'deploy' | 'rollback';
  readonly environment: EnvironmentName;
  readonly actor: string;
  /** Where the service is reached. */
  readonly environmentUrl: string;
  /** Whether a failure is commented on. */
  readonly comment: boolean;
}

/** Hears how a release goes. Nothing here throws or takes time. */
export interface ReleaseReporter extends Milestones {
  ended(report: DeployReport): void;
}
export const noopReporter: ReleaseReporter = { planned() {}, started() {}, ended() {} };

export interface GitHubReporter extends ReleaseReporter {
  /** The release ended without a report. */
  failed(error: unknown): void;
  /** Told before the release has come to its end: there may not be the time to wait for that. */
  interrupted(reason: string): void;
  /** Waits at most so many milliseconds until all is told. @returns what could not be */
  close(withinMs: number): Promise<readonly FailedReport[]>;
}

/** Kinds of what is told, by which problems are named. */
export const reportKinds = { deployment: 'deployment', commit: 'commit status', comment: 'comment' } as const;

/** Tells GitHub how a release goes, beside the release and in order. */
export function createGitHubReporter(settings: GitHubSettings, subject: ReportedRelease, requestMs: number): GitHubReporter {
  const { environment, task } = subject;
  const queue = createQueue();
  const github = connectToGitHub(settings, queue.signal, requestMs);
  const key = randomUUID();
  let begun = false;
  let interrupted = false;
  let deployed: DeploymentRef | undefined;

  const begin = (known: Pick<Payload, 'digest' | 'plan' | 'revision'> = {}) => {
    if (begun) return;
    begun = true;
    const payload: Payload = {
      by: author,
      key,
      ...known,
      actor: subject.actor,
      ...(settings.refName === undefined ? {} : { ref: settings.refName }),
    };
    const description = `${task} by ${subject.actor}`;
    queue.add(reportKinds.deployment, async (again) => {
      deployed = await createDeployment(github, { task, environment, description, payload }, again);
    });
  };
  const tell = ({ deployment: state, commit, description }: StatusUpdate) => {
    // What comes late is left out when there is hardly time for the end.
    const late = () => interrupted && commit === 'pending';
    queue.add(reportKinds.deployment, async () => {
      if (deployed === undefined || late()) return;
      await addStatus(github, deployed.id, { state, description, logUrl: settings.runUrl, environmentUrl: subject.environmentUrl });
    });
    queue.add(reportKinds.commit, async () => {
      if (!late())
        await setCommitStatus(github, deployed?.sha ?? settings.sha, environment, { state: commit, description, logUrl: settings.runUrl });
    });
  };
  return {
    planned({ image, revision, hash }) {
      begin({ digest: image.slice(image.indexOf('@') + 1), plan: hash, revision });
      tell(queuedUpdate);
    },
    started() {
      tell(inProgressUpdate);
      queue.add(reportKinds.deployment, async () => {
        if (deployed !== undefined && !interrupted) await closeAbandonedDeployments(github, environment, deployed.id, Date.now());
      });
    },
    ended(report) {
      const ending = finalUpdate(report);
      if (ending === undefined || (interrupted && report.outcome === 'interrupted')) return;
      begin({
        digest: report.image.slice(report.image.indexOf('@') + 1),
        ...(report.revision === undefined ? {} : { revision: report.revision }),
      });
      tell(ending);
      if (!subject.comment || !isFailedRelease(report)) return;
      const body = failureComment(report, { sha: settings.sha, environment, runUrl: settings.runUrl });
      queue.add(reportKinds.comment, () => commentOnFailure(github, environment, body));
    },
    failed(error) {
      const nothingBegan = !begun && error instanceof Failure && error.exitCode === exitCodes.usage;
      if (interrupted || nothingBegan) return;
      begin();
      tell(refusedUpdate(error));
    },
    interrupted(reason) {
      interrupted = true;
      begin();
      tell(interruptedUpdate(reason));
    },
    close: (withinMs) => queue.close(withinMs),
  };
}
