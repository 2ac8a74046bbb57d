import * as z from 'zod';
import { deployments } from '../../manifests/environments/index.ts';
import { defineCommand } from '../cli/command.ts';
import { environment, image } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { dryRun } from '../cli/options.ts';
import { deployWithCompose } from '../compose/deploy.ts';
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
    'An image is named by digest, never by a tag such as latest, which may resolve to another image at each pull. Without VERSION it is LEYENDA_IMAGE of the environment file: .env.staging or .env.production, with NAME=value lines for Compose. The dry run makes every check that changes nothing, and prints the commands of a deploy.',
    'It never rolls back: on one host you deploy the previous image again, with the command that a failure prints. It never deletes a volume.',
  ],
  examples: [
    ['leyenda compose deploy', 'staging, with the image in .env.staging'],
    ['leyenda compose deploy production ghcr.io/leyenda/api@sha256:… --dry-run', 'show the plan only'],
    ['leyenda compose deploy production ghcr.io/leyenda/api@sha256:…', 'with a backup first'],
  ],
  exits: {
    failed: 'a step failed, or a container was not healthy in time; the command that restores the previous image is printed',
    rejected: 'Docker is not installed or does not answer',
  },
  related: ['validate', 'deploy'],
  document: { environment, image, dryRun: z.boolean(), steps: z.array(z.string()).describe('command lines') },
  async run({ args, flags }, { out, signal, env }) {
    const dryRun = flags['dry-run'];
    const { host } = deployments[args.environment].edge;
    const target = composeTarget({ environment: args.environment, version: args.version, host, folder: process.cwd() });
    const steps = await deployWithCompose(target, { out, signal, env, dryRun });
    const text = dryRun ? steps.join('\n') : `${target.environment} serves ${target.image}`;
    out.result(text, { environment: target.environment, image: target.image, dryRun, steps });
    return exitCodes.ok;
  },
});
