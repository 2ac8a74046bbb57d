import { randomUUID } from 'node:crypto';
import type { EnvironmentName } from '../../manifests/environments/index.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import type { DeployReport } from '../rollout/report/deploy-report.ts';
import type { Milestones } from '../rollout/report/milestones.ts';
import { connectToGitHub, type Repository } from './client.ts';
import { commentOnFailure } from './comment.ts';
import { setCommitStatus } from './commit-status.ts';
import { addStatus, author, closeAbandonedDeployments, createDeployment, type DeploymentRef, type Payload } from './deployments.ts';
import { createQueue, type FailedReport } from './queue.ts';
import type { GitHubSettings } from './settings.ts';
import {
  failedStartUpdate,
  failureComment,
  finalUpdate,
  inProgressUpdate,
  interruptedUpdate,
  isFailedRelease,
  queuedUpdate,
  type StatusUpdate,
} from './status-update.ts';

/** The release that is reported. */
export interface ReportedRelease {
  readonly task: 'deploy' | 'rollback';
  readonly environment: EnvironmentName;
  readonly actor: string;
  /** URL of the service. */
  readonly environmentUrl: string;
  /** Whether a failure is commented on. */
  readonly comment: boolean;
}

/** Receives the progress of a release. The methods return at once and never throw. */
export interface ReleaseReporter extends Milestones {
  ended(report: DeployReport): void;
}
export const noopReporter: ReleaseReporter = { planned() {}, started() {}, ended() {} };

/** Kinds of reports, as named in warnings. */
export const reportKinds = { deployment: 'deployment', commit: 'commit status', comment: 'comment' } as const;

/** Reports a release to GitHub, in order and in parallel to the release. */
export class GitHubReporter implements ReleaseReporter {
  readonly #settings: GitHubSettings;
  readonly #release: ReportedRelease;
  readonly #queue = createQueue();
  readonly #github: Repository;
  /** Identifies this attempt. */
  readonly #key = randomUUID();
  #isStarted = false;
  #isInterrupted = false;
  #deployment: DeploymentRef | undefined;

  /** @param requestMs timeout of one request */
  constructor(settings: GitHubSettings, release: ReportedRelease, requestMs: number) {
    this.#settings = settings;
    this.#release = release;
    this.#github = connectToGitHub(settings, this.#queue.signal, requestMs);
  }

  planned({ image, revision, hash }: Parameters<Milestones['planned']>[0]): void {
    this.#start({ digest: digestOf(image), plan: hash, revision });
    this.#report(queuedUpdate);
  }

  started(): void {
    this.#report(inProgressUpdate);
    this.#queue.add(reportKinds.deployment, async () => {
      if (this.#deployment === undefined || this.#isInterrupted) return;
      await closeAbandonedDeployments(this.#github, this.#release.environment, this.#deployment.id, Date.now());
    });
  }

  ended(report: DeployReport): void {
    const update = finalUpdate(report);
    if (update === undefined || (this.#isInterrupted && report.outcome === 'interrupted')) return;
    this.#start({ digest: digestOf(report.image), ...(report.revision === undefined ? {} : { revision: report.revision }) });
    this.#report(update);
    if (!this.#release.comment || !isFailedRelease(report)) return;
    const { environment } = this.#release;
    const { sha, runUrl } = this.#settings;
    const body = failureComment(report, { sha, environment, runUrl });
    this.#queue.add(reportKinds.comment, () => commentOnFailure(this.#github, environment, body));
  }

  /** The release ended without a report. */
  failed(error: unknown): void {
    const isUsageError = error instanceof Failure && error.exitCode === exitCodes.usage;
    if (this.#isInterrupted || (!this.#isStarted && isUsageError)) return;
    this.#start();
    this.#report(failedStartUpdate(error));
  }

  /** Reported before the release ends, because GitHub may kill the process earlier. */
  interrupted(reason: string): void {
    this.#isInterrupted = true;
    this.#start();
    this.#report(interruptedUpdate(reason));
  }

  /** Waits until everything is reported, at most `withinMs`. @returns what could not be reported */
  close(withinMs: number): Promise<readonly FailedReport[]> {
    return this.#queue.close(withinMs);
  }

  #start(known: Pick<Payload, 'digest' | 'plan' | 'revision'> = {}): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { task, environment, actor } = this.#release;
    const { refName } = this.#settings;
    const payload: Payload = { by: author, key: this.#key, ...known, actor, ...(refName === undefined ? {} : { ref: refName }) };
    this.#queue.add(reportKinds.deployment, async (isRetry) => {
      const deployment = { task, environment, description: `${task} by ${actor}`, payload };
      this.#deployment = await createDeployment(this.#github, deployment, isRetry);
    });
  }

  #report({ deployment: state, commit, description }: StatusUpdate): void {
    const { environment, environmentUrl } = this.#release;
    const { sha, runUrl: logUrl } = this.#settings;
    // After an interruption there is only time for the final state.
    const isObsolete = () => this.#isInterrupted && commit === 'pending';
    this.#queue.add(reportKinds.deployment, async () => {
      if (this.#deployment === undefined || isObsolete()) return;
      await addStatus(this.#github, this.#deployment.id, { state, description, logUrl, environmentUrl });
    });
    this.#queue.add(reportKinds.commit, async () => {
      if (!isObsolete())
        await setCommitStatus(this.#github, this.#deployment?.sha ?? sha, environment, { state: commit, description, logUrl });
    });
  }
}

const digestOf = (image: string): string => image.slice(image.indexOf('@') + 1);
