import { deployments } from '../../manifests/environments/index.ts';
import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { deployByCompose } from '../compose/deploy.ts';
import { composeTarget } from '../compose/target.ts';

/** Brings a release to one host with Docker Compose. */
export const composeCommand: Handlers['compose'] = async ({ args, flags }, { out, signal, env }) => {
  const { host } = deployments[args.environment].edge;
  const target = composeTarget({ environment: args.environment, version: args.version, host, folder: process.cwd() });
  const steps = await deployByCompose(target, { out, signal, env, dryRun: flags['dry-run'] });
  const text = flags['dry-run'] ? steps.join('\n') : `${target.environment} serves ${target.image}`;
  out.result(text, { environment: target.environment, image: target.image, dryRun: flags['dry-run'], steps });
  return exitCodes.ok;
};
