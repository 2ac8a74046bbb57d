import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { environment, image } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { dryRun } from '../cli/options.ts';
import { composeEnvironments, composeTarget } from '../compose/target.ts';
import { checklistText, exitCodeOf } from '../readiness/checklist.ts';
import { readinessDocument } from '../readiness/interface.ts';

export const compose = defineCommand({
  name: 'compose',
  summary: 'deploy a release to one host with Docker Compose and wait until it is healthy, or check that all is ready for it',
  args: {
    action: { doc: 'action', choices: ['deploy', 'check'] },
    environment: { doc: 'environment with a Compose file', choices: composeEnvironments, default: 'staging' },
    version: { doc: 'image by digest, NAME@sha256:…; pinned: the image in the environment file', default: 'pinned' },
  },
  flags: { 'dry-run': dryRun },
  description: [
    'deploy checks that the Compose file and the environment file exist, pulls, backs up the database in production, starts the release, waits up to 30 × 5 s until every container is healthy and the migration has succeeded, and requests /health through the proxy to check the release.',
    'An image is named by digest, never by a tag such as latest, which may resolve to another image at each pull. Without VERSION it is LEYENDA_IMAGE of the environment file: .env.staging or .env.production, with NAME=value lines for Compose. The dry run checks the files and prints the commands of a deploy; it needs no Docker daemon, and without Docker it says what it did not check.',
    'check makes seven checks before a deploy, each by itself: the image is on this host, runs without root, logs JSON, and has a health check that passes; the workflows of the checkout are correct; the dry run succeeds; and a container of the image passes leyenda validate. The container is removed afterwards; the deployment is not touched.',
    'If the release is not healthy, it starts the previous one again, unless that was not deployed by digest. It never restores the backup, and it never deletes a volume.',
  ],
  examples: [
    ['leyenda compose deploy', 'staging, with the image in .env.staging'],
    ['leyenda compose deploy production NAME@sha256:… --dry-run', 'show the plan only'],
    ['leyenda compose deploy production NAME@sha256:…', 'with a backup first'],
    ['leyenda compose check production', 'the image in .env.production, before its first deploy'],
  ],
  exits: {
    different: 'check: an item failed',
    failed: 'a step before the start failed, or the release is not healthy and there is no previous one by digest',
    rolledBack: 'the release is not healthy; the previous one serves again',
    rollbackFailed: 'the release is not healthy, and the previous one is not healthy either',
    rejected: 'Docker is not installed or does not answer',
  },
  related: ['validate', 'check-image', 'preflight', 'deploy'],
  document: {
    environment,
    image,
    dryRun: z.boolean(),
    steps: z.array(z.string()).describe('deploy: command lines'),
    items: readinessDocument.items.optional().describe('check'),
  },
  async run({ args, flags }, context) {
    const { out, signal, env } = context;
    const dryRun = flags['dry-run'];
    const target = composeTarget({ environment: args.environment, version: args.version, folder: process.cwd() });
    if (args.action === 'check') {
      // It loads cdk8s, which takes long.
      const { checkCompleteness, completenessItems } = await import('../readiness/completeness.ts');
      const items = await checkCompleteness(target, context);
      out.result(checklistText(completenessItems, items), {
        environment: target.environment,
        image: target.image,
        dryRun,
        steps: [],
        items,
      });
      return exitCodeOf(items);
    }
    const { deployWithCompose } = await import('../compose/deploy.ts');
    const steps = await deployWithCompose(target, { out, signal, env, dryRun });
    const text = dryRun ? steps.join('\n') : `${target.environment} serves ${target.image}`;
    out.result(text, { environment: target.environment, image: target.image, dryRun, steps });
    return exitCodes.ok;
  },
});
