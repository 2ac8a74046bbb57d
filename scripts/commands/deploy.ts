import { writeFile } from 'node:fs/promises';
import { deployments } from '../../manifests/environments/index.ts';
import { actorOf } from '../cli/actor.ts';
import { type DocumentOf, defineCommand, type Flags, type Invocation } from '../cli/command.ts';
import type { CommandContext } from '../cli/context.ts';
import { documentText } from '../cli/document.ts';
import { releaseReport } from '../cli/document-fields.ts';
import type { ExitCode } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';
import { dryRun, environment, github, githubComment, image, issuer, locked, wait } from '../cli/options.ts';
import { withCluster } from '../connection/with-cluster.ts';
import type { ReleaseReporter } from '../github/reporter.ts';
import { withGitHubReporting } from '../github/with-github.ts';
import { deploy as deployRelease } from '../rollout/deploy/deploy.ts';
import { defaultTimeouts } from '../rollout/deploy/deploy-options.ts';
import { reportText, writeJobSummary } from '../rollout/report/deploy-report.ts';
import { verifySignature } from '../supply/cosign.ts';
import { keylessSigner } from '../supply/signature.ts';

const deployArgs = { environment };
const deployFlags = {
  image: { ...image, required: true },
  timeout: {
    type: 'seconds',
    doc: `maximum time until the result; default: ${defaultTimeouts.update}, or ${defaultTimeouts.createStore} if the release creates a database`,
    min: 1,
  },
  'dry-run': dryRun,
  'no-rollback': { type: 'boolean', doc: 'keep an unhealthy release in place' },
  soak: { type: 'seconds', doc: 'time without a restart after the rollout until the release counts as healthy', default: 3 },
  evidence: { type: 'string', doc: 'file for the evidence of a failure, as JSON' },
  'signed-by': { type: 'string', doc: 'identity that must have signed the image; verified before the plan' },
  issuer,
  github,
  'github-comment': githubComment,
  wait,
} as const satisfies Flags;

export const deploy = defineCommand({
  name: 'deploy',
  summary: 'deploy an image, verify it, and roll back if it is unhealthy',
  args: deployArgs,
  flags: deployFlags,
  description: [
    'Plans, locks, migrates, applies, verifies, records and prunes. The first fact that proves the release unhealthy ends the wait: its evidence is printed, and everything that the release changed is rolled back to the last good release, which is verified too.',
    'It never takes a field from another manager by force, never prunes volumes, CustomResourceDefinitions or namespaces, never reverts migrations, and writes nothing if nothing differs.',
    'A second deploy fails at once and names the holder of the lock; with --wait it waits and then plans again. The lock of a deploy that died expires within 15 s.',
  ],
  examples: [
    ['leyenda deploy staging --image NAME@sha256:…', 'deploy, and roll back if it is unhealthy'],
    ['leyenda deploy staging --image NAME@sha256:… --dry-run', 'show the plan only'],
    ['leyenda deploy production --image NAME@sha256:… --wait 600 --timeout 900 --evidence evidence.json', 'in a workflow'],
  ],
  exits: {
    rolledBack: 'the release is unhealthy; rolled back to the last good release, which is verified',
    rollbackFailed: 'the release is unhealthy and the rollback failed: act now',
    frozen: 'the release is unhealthy and stays in place: its migration changed the schema, and the last good release does not support it',
    failed: 'the release is unhealthy and stays in place: --no-rollback, interrupted, or no earlier good release',
    locked,
    rejected: 'a conflict, a cluster that changed after the plan, or a missing permission; nothing was changed',
    unsigned: 'the identity of --signed-by did not sign the image; nothing was changed',
  },
  related: ['diff', 'verify', 'history', 'rollback'],
  document: releaseReport,
  run: (invocation, context) =>
    withGitHubReporting({ task: 'deploy', environment: invocation.args.environment }, invocation.flags, context, (reporter) =>
      runDeploy(invocation, context, reporter),
    ),
});

async function runDeploy(
  { args: { environment }, flags }: Invocation<typeof deployArgs, typeof deployFlags>,
  context: CommandContext<DocumentOf<typeof releaseReport>>,
  reporter: ReleaseReporter,
): Promise<ExitCode> {
  const image = assertDigest(flags.image);
  const signer = flags['signed-by'];
  if (signer !== undefined) await verifySignature(image, keylessSigner(signer, flags.issuer), context);
  return withCluster(environment, context, async (session) => {
    // Both load cdk8s, which takes long.
    const { synthesize } = await import('../../manifests/synth.ts');
    const { progressiveReleaseOf } = await import('../rollout/progressive/environment-strategy.ts');
    const report = await deployRelease(session, {
      environment,
      image,
      charts: synthesize(environment, { image }),
      actor: actorOf(context.env),
      timeoutSeconds: flags.timeout,
      soakSeconds: flags.soak,
      progressive: progressiveReleaseOf(deployments[environment], session.cluster),
      waitSeconds: flags.wait,
      dryRun: flags['dry-run'],
      rollback: !flags['no-rollback'],
      onEvidence: async (evidence) => {
        if (flags.evidence !== undefined) await writeFile(flags.evidence, documentText('evidence', evidence));
      },
      milestones: reporter,
    });
    reporter.ended(report);
    await writeJobSummary(report, context.env);
    context.out.result(reportText(report), { ...report, environment });
    return report.exitCode;
  });
}
