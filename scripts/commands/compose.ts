import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { environment, image } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { dryRun } from '../cli/options.ts';
import { composeEnvironments, composeTarget } from '../compose/target.ts';

export const compose = defineCommand({
  name: 'compose',
  summary: 'deploy a release to one host with Docker Compose, and wait until it is healthy',
  args: {
    action: { doc: 'action', choices: ['deploy'] },
    environment: { doc: 'environment with a Compose file', choices: composeEnvironments, default: 'staging' },
    version: { doc: 'image by digest, NAME@sha256:…; pinned: the image in the environment file', default: 'pinned' },
  },
  flags: { 'dry-run': dryRun },
  description: [
    'deploy checks that the Compose file and the environment file exist, pulls, backs up the database in production, starts the release, waits up to 30 × 5 s until every container is healthy and the migration has succeeded, and requests /health through the proxy to check the release.',
    'An image is named by digest, never by a tag such as latest, which may resolve to another image at each pull. Without VERSION it is LEYENDA_IMAGE of the environment file: .env.staging or .env.production, with NAME=value lines for Compose. The dry run checks the files and prints the commands of a deploy; it needs no Docker daemon, and without Docker it says what it did not check.',
    'If the release is not healthy, it starts the previous one again, unless that was not deployed by digest. It never restores the backup, and it never deletes a volume.',
  ],
  examples: [
    ['leyenda compose deploy', 'staging, with the image in .env.staging'],
    ['leyenda compose deploy production NAME@sha256:… --dry-run', 'show the plan only'],
    ['leyenda compose deploy production NAME@sha256:…', 'with a backup first'],
  ],
  exits: {
    failed: 'a step before the start failed, or the release is not healthy and there is no previous one by digest',
    rolledBack: 'the release is not healthy; the previous one serves again',
    rollbackFailed: 'the release is not healthy, and the previous one is not healthy either',
    rejected: 'Docker is not installed or does not answer',
  },
  related: ['validate', 'deploy'],
  document: { environment, image, dryRun: z.boolean(), steps: z.array(z.string()).describe('command lines') },
  async run({ args, flags }, { out, signal, env }) {
    const dryRun = flags['dry-run'];
    const target = composeTarget({ environment: args.environment, version: args.version, folder: process.cwd() });
    const { deployWithCompose } = await import('../compose/deploy.ts');
    const steps = await deployWithCompose(target, { out, signal, env, dryRun });
    const text = dryRun ? steps.join('\n') : `${target.environment} serves ${target.image}`;
    out.result(text, { environment: target.environment, image: target.image, dryRun, steps });
    return exitCodes.ok;
  },
});
