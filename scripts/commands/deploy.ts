import { writeFile } from 'node:fs/promises';
import type { Handlers } from '../cli/context.ts';
import { deploy } from '../rollout/deploy.ts';
import { reportText, writeJobSummary } from '../rollout/report.ts';
import { checkedImage } from './image.ts';
import { actorOf, withCluster } from './session.ts';

/** Rolls an image out and says truthfully whether it is healthy. */
export const deployCommand: Handlers['deploy'] = ({ args, flags }, context) =>
  withCluster(args.environment, checkedImage(flags.image), context, async (session) => {
    const report = await deploy(session, {
      environment: args.environment,
      image: flags.image,
      charts: session.charts,
      actor: actorOf(context.env),
      timeoutSeconds: flags.timeout,
      soakSeconds: flags.soak,
      dryRun: flags['dry-run'],
      rollback: !flags['no-rollback'],
      onEvidence: async (evidence) => {
        if (flags.evidence !== undefined) await writeFile(flags.evidence, `${JSON.stringify(evidence, null, 2)}\n`);
      },
    });
    await writeJobSummary(report, context.env);
    context.out.result(reportText(report), report);
    return report.exitCode;
  });
