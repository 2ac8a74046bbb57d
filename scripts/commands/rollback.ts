import { actorOf } from '../cli/actor.ts';
import { type Arguments, type DocumentOf, defineCommand, type Flags, type Invocation } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { releaseReport } from '../cli/document-fields.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { environment, github, githubComment, locked, rejected, timeout, wait } from '../cli/options.ts';
import { withCluster } from '../connection/with-cluster.ts';
import type { ReleaseReporter } from '../github/reporter.ts';
import { withGitHubReporting } from '../github/with-github.ts';
import { reportText, writeJobSummary } from '../rollout/report/deploy-report.ts';
import { rollback as rollbackRelease } from '../rollout/rollback/rollback.ts';

const rollbackArgs = {
  environment,
  revision: { doc: 'revision to roll back to; previous: the good release before the deployed one', default: 'previous' },
} as const satisfies Arguments;
const rollbackFlags = { timeout, github, 'github-comment': githubComment, wait } as const satisfies Flags;

export const rollback = defineCommand({
  name: 'rollback',
  summary: 'roll back to an earlier release and verify it',
  args: rollbackArgs,
  flags: rollbackFlags,
  description: [
    'Applies a recorded good release as a new revision and verifies it: its objects, its configuration and its references to secrets, by force if another manager owns a field. Objects that later releases added are deleted.',
    'Migrations are never reverted: the schema must support the earlier release too.',
  ],
  examples: [
    ['leyenda rollback production', 'to the good release before the deployed one'],
    ['leyenda rollback production 12 --wait 300', 'to this revision, after a running deploy'],
  ],
  exits: {
    rollbackFailed: 'the rollback failed; the evidence is printed',
    failed: 'interrupted: partly applied, not verified',
    locked,
    rejected: `no such good release is recorded; or ${rejected}`,
  },
  related: ['history', 'deploy', 'verify'],
  document: releaseReport,
  run: (invocation, context) =>
    withGitHubReporting({ task: 'rollback', environment: invocation.args.environment }, invocation.flags, context, (reporter) =>
      runRollback(invocation, context, reporter),
    ),
});

const runRollback = (
  { args: { environment, revision }, flags: { timeout, wait } }: Invocation<typeof rollbackArgs, typeof rollbackFlags>,
  context: CommandContext<DocumentOf<typeof releaseReport>>,
  reporter: ReleaseReporter,
): Promise<ExitCode> =>
  withCluster(environment, context, async (session) => {
    const report = await rollbackRelease(session, {
      environment,
      revision: parseRevision(revision),
      actor: actorOf(context.env),
      timeoutSeconds: timeout,
      waitSeconds: wait,
      milestones: reporter,
    });
    reporter.ended(report);
    await writeJobSummary(report, context.env);
    context.out.result(reportText(report), { ...report, environment });
    return report.outcome === 'deployed' ? exitCodes.ok : report.exitCode;
  });

/** @throws {Failure} `usage` unless it is `previous` or a number */
export function parseRevision(text: string): number | undefined {
  if (text === 'previous') return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new Failure('usage', `${text} is not a revision`, 'give a number from leyenda history, or omit it for the previous good release');
  return Number(text);
}
