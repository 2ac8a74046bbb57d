import type { EnvironmentName } from '../../manifests/environments/index.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { explain } from '../cli/failure.ts';
import { type DeployReport, reportText } from '../rollout/report/deploy-report.ts';
import { evidenceText } from '../rollout/verify/evidence.ts';
import { redact } from '../values/redact.ts';
import type { CommitState } from './commit-status.ts';
import type { DeploymentState } from './deployments.ts';
import { maxBodyLength, truncate } from './text.ts';

/** What is said at one moment, on the Deployment and on the commit. */
export interface StatusUpdate {
  readonly deployment: DeploymentState;
  readonly commit: CommitState;
  readonly description: string;
}

/** What a Deployment is in the middle of is pending for a commit. */
const statusUpdate = (deployment: DeploymentState, description: string): StatusUpdate => ({
  deployment,
  commit: deployment === 'success' || deployment === 'failure' || deployment === 'error' ? deployment : 'pending',
  description: redact(description),
});

export const queuedUpdate = statusUpdate('queued', 'waits for the deploy lock');
export const inProgressUpdate = statusUpdate('in_progress', 'is rolled out');
/** @param reason such as `interrupted by SIGTERM` */
export const interruptedUpdate = (reason: string): StatusUpdate => statusUpdate('error', `${reason}: partly applied, not verified`);

/** `failure`: the release is bad; `error`: nobody knows whether it is. */
const endings = {
  'nothing-to-do': { state: 'success', say: ({ state }) => state },
  deployed: { state: 'success', say: ({ state }) => state },
  'rolled-back': { state: 'failure', say: ({ serving }, cause) => `taken back to revision ${serving}: ${cause}` },
  'rollback-failed': { state: 'failure', say: (_, cause) => `no good release is back: ${cause}` },
  frozen: { state: 'failure', say: (_, cause) => `stays, for the schema has moved on: ${cause}` },
  failed: { state: 'failure', say: (_, cause) => `left in place: ${cause}` },
  interrupted: { state: 'error', say: ({ state }) => state },
  planned: undefined,
} as const satisfies Record<
  DeployReport['outcome'],
  { readonly state: DeploymentState; readonly say: (report: DeployReport, cause: string) => string } | undefined
>;

/** How a release ended; undefined where it never began. */
export function finalUpdate(report: DeployReport): StatusUpdate | undefined {
  const ending = endings[report.outcome];
  return ending === undefined ? undefined : statusUpdate(ending.state, ending.say(report, report.evidence?.cause ?? report.state));
}

/** What ends a release before it begins, and is its own fault. */
const faults: readonly ExitCode[] = [exitCodes.rejected, exitCodes.unsigned, exitCodes.frozen];

/** How a release that was not even begun ended. */
export function refusedUpdate(thrown: unknown): StatusUpdate {
  const { cause, exitCode } = explain(thrown);
  return statusUpdate(faults.includes(exitCode) ? 'failure' : 'error', cause);
}

/** Whether people should be told by a comment. */
export const isFailedRelease = (report: DeployReport): boolean => finalUpdate(report)?.deployment === 'failure';

/** The evidence of a failure as the body of a comment. Logs stand in a block of code: nothing in them addresses anybody. */
export function failureComment(
  report: DeployReport,
  about: { readonly sha: string; readonly environment: EnvironmentName; readonly runUrl?: string | undefined },
): string {
  const head = [
    `### ${about.environment}: ${report.outcome}`,
    '',
    `Commit ${about.sha}, image \`${report.image}\`${about.runUrl === undefined ? '' : `, [log](${about.runUrl})`}.`,
    '',
  ].join('\n');
  // Evidence is gathered without secrets; the state may repeat any error.
  const facts = [redact(reportText(report)), ...(report.evidence === undefined ? [] : ['', evidenceText(report.evidence)])].join('\n');
  const fence = '```';
  const safe = facts.replaceAll(fence, "'''");
  // Room for the marker that comes before.
  const room = maxBodyLength - head.length - 200;
  return `${head}${fence}text\n${truncate(safe, room)}\n${fence}\n`;
}
