import { writeFile } from 'node:fs/promises';
import { deployments } from '../../manifests/environments/index.ts';
import { synthesize } from '../../manifests/synth.ts';
import type { Context, Handlers } from '../cli/context.ts';
import { documentText } from '../cli/document.ts';
import type { ExitCode, Invocation } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';
import { actorOf, withCluster } from '../connection/with-cluster.ts';
import type { ReleaseReporter } from '../github/reporter.ts';
import { withGitHubReporting } from '../github/with-github.ts';
import { deploy } from '../rollout/deploy/deploy.ts';
import { progressiveReleaseOf } from '../rollout/progressive/environment-strategy.ts';
import { reportText, writeJobSummary } from '../rollout/report/deploy-report.ts';
import { verifySignature } from '../supply/cosign.ts';
import { keyless } from './verify-image.ts';

/** Rolls an image out and says truthfully whether it is healthy. */
export const deployCommand: Handlers['deploy'] = (invocation, context) =>
  withGitHubReporting({ task: 'deploy', environment: invocation.args.environment }, invocation.flags, context, (listener) =>
    rollOut(invocation, context, listener),
  );

async function rollOut({ args, flags }: Invocation<'deploy'>, context: Context, listener: ReleaseReporter): Promise<ExitCode> {
  const image = assertDigest(flags.image);
  const signer = flags['signed-by'];
  if (signer !== undefined) await verifySignature(image, keyless(signer, flags.issuer), context);
  return withCluster(args.environment, context, async (session) => {
    const report = await deploy(session, {
      environment: args.environment,
      image: flags.image,
      charts: synthesize(args.environment, { image }),
      actor: actorOf(context.env),
      timeoutSeconds: flags.timeout,
      soakSeconds: flags.soak,
      progressive: progressiveReleaseOf(deployments[args.environment], session.cluster),
      waitSeconds: flags.wait,
      dryRun: flags['dry-run'],
      rollback: !flags['no-rollback'],
      onEvidence: async (evidence) => {
        if (flags.evidence !== undefined) await writeFile(flags.evidence, documentText('evidence', evidence));
      },
      milestones: listener,
    });
    listener.ended(report);
    await writeJobSummary(report, context.env);
    context.out.result(reportText(report), report);
    return report.exitCode;
  });
}
