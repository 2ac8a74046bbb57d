import { redact } from '../../contract/redact.ts';
import type { EnvironmentName } from '../../manifests/environments/index.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { explain } from '../cli/failure.ts';
import { type DeployReport, reportText } from '../rollout/report/deploy-report.ts';
import { evidenceText } from '../rollout/verify/evidence.ts';
import type { CommitState } from './commit-status.ts';
import type { DeploymentState } from './deployments.ts';
import { maxBodyLength, truncate } from './text.ts';

/** One update of the Deployment and of the commit status. */
export interface StatusUpdate {
  readonly deployment: DeploymentState;
  readonly commit: CommitState;
  readonly description: string;
}

/** A commit status has only one state, pending, for a release in progress. */
const statusUpdate = (deployment: DeploymentState, description: string): StatusUpdate => ({
  deployment,
  commit: deployment === 'success' || deployment === 'failure' || deployment === 'error' ? deployment : 'pending',
  description: redact(description),
});

export const queuedUpdate = statusUpdate('queued', 'waits for the deploy lock');
export const inProgressUpdate = statusUpdate('in_progress', 'is being deployed');
/** @param reason such as `interrupted by SIGTERM` */
export const interruptedUpdate = (reason: string): StatusUpdate => statusUpdate('error', `${reason}: partly applied, not verified`);

/** `failure`: the release is unhealthy; `error`: its health is unknown. */
const finalStates = {
  'nothing-to-do': { state: 'success', describe: ({ state }) => state },
  deployed: { state: 'success', describe: ({ state }) => state },
  'rolled-back': { state: 'failure', describe: ({ serving }, cause) => `rolled back to revision ${serving}: ${cause}` },
  'rollback-failed': { state: 'failure', describe: (_, cause) => `the rollback failed: ${cause}` },
  frozen: { state: 'failure', describe: (_, cause) => `stays in place, because its migration changed the schema: ${cause}` },
  failed: { state: 'failure', describe: (_, cause) => `left in place: ${cause}` },
  interrupted: { state: 'error', describe: ({ state }) => state },
  planned: undefined,
} as const satisfies Record<
  DeployReport['outcome'],
  { readonly state: DeploymentState; readonly describe: (report: DeployReport, cause: string) => string } | undefined
>;

/** The result of a release; undefined for a plan. */
export function finalUpdate(report: DeployReport): StatusUpdate | undefined {
  const final = finalStates[report.outcome];
  return final === undefined ? undefined : statusUpdate(final.state, final.describe(report, report.evidence?.cause ?? report.state));
}

/** Exit codes of a release that cannot start because of its own content. */
const releaseErrors: readonly ExitCode[] = [exitCodes.rejected, exitCodes.unsigned, exitCodes.frozen];

/** The result of a release that ended without a report. */
export function failedStartUpdate(thrown: unknown): StatusUpdate {
  const { cause, exitCode } = explain(thrown);
  return statusUpdate(releaseErrors.includes(exitCode) ? 'failure' : 'error', cause);
}

/** Whether the failure is worth a comment. */
export const isFailedRelease = (report: DeployReport): boolean => finalUpdate(report)?.deployment === 'failure';

/** The evidence of a failure as the body of a comment. Logs are in a code block, so text in them mentions no user. */
export function failureComment(
  report: DeployReport,
  { sha, environment, runUrl }: { readonly sha: string; readonly environment: EnvironmentName; readonly runUrl?: string | undefined },
): string {
  const head = [
    `### ${environment}: ${report.outcome}`,
    '',
    `Commit ${sha}, image \`${report.image}\`${runUrl === undefined ? '' : `, [log](${runUrl})`}.`,
    '',
  ].join('\n');
  // Evidence is collected without secrets; the state may contain any error message.
  const facts = [redact(reportText(report)), ...(report.evidence === undefined ? [] : ['', evidenceText(report.evidence)])].join('\n');
  const fence = '```';
  const escaped = facts.replaceAll(fence, "'''");
  // Leaves 200 characters for the marker and the fences.
  const maxLength = maxBodyLength - head.length - 200;
  return `${head}${fence}text\n${truncate(escaped, maxLength)}\n${fence}\n`;
}
