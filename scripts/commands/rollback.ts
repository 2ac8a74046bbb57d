import type { Context, Handlers } from '../cli/context.ts';
import { type ExitCode, exitCodes, type Invocation } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { actorOf, withCluster } from '../connection/with-cluster.ts';
import type { ReleaseReporter } from '../github/reporter.ts';
import { withGitHubReporting } from '../github/with-github.ts';
import { reportText, writeJobSummary } from '../rollout/report/deploy-report.ts';
import { rollback } from '../rollout/rollback/rollback.ts';

/** Brings an earlier release back, verified; the last good one unless a revision is named. */
export const rollbackCommand: Handlers['rollback'] = (invocation, context) =>
  withGitHubReporting({ task: 'rollback', environment: invocation.args.environment }, invocation.flags, context, (listener) =>
    bringBack(invocation, context, listener),
  );

const bringBack = ({ args, flags }: Invocation<'rollback'>, context: Context, listener: ReleaseReporter): Promise<ExitCode> =>
  withCluster(args.environment, context, async (session) => {
    const report = await rollback(session, {
      environment: args.environment,
      revision: revisionOf(args.revision),
      actor: actorOf(context.env),
      timeoutSeconds: flags.timeout,
      waitSeconds: flags.wait,
      milestones: listener,
    });
    listener.ended(report);
    await writeJobSummary(report, context.env);
    context.out.result(reportText(report), report);
    return report.outcome === 'deployed' ? exitCodes.ok : report.exitCode;
  });

/** @throws {Failure} `usage` for anything but `previous` and a number */
export function revisionOf(text: string): number | undefined {
  if (text === 'previous') return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new Failure('usage', `${text} is no revision`, 'give a number that leyenda history lists, or nothing');
  return Number(text);
}
