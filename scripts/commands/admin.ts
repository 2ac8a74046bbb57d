import { createInterface } from 'node:readline';
import { type EnvironmentName, environmentNames } from '../../contract/product.ts';
import { runLocally } from '../admin/local.ts';
import { findReadyPod, runInPod } from '../admin/pod.ts';
import { type ProgramResult, parsePasswordReset } from '../admin/program.ts';
import type { Context, Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { loadKubeConfig } from '../kubeconfig/load.ts';

function environmentOf(name: string): EnvironmentName {
  const known = environmentNames.find((one) => one === name);
  if (known === undefined) throw new Failure('usage', `${name} is no environment`, `choose from ${environmentNames.join(', ')}`);
  return known;
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface(process.stdin)) return line;
  return '';
}

async function inCluster(environment: EnvironmentName, args: readonly string[], fromStdin: boolean, context: Context) {
  return withCluster(environment, context, async ({ cluster, namespace }) => {
    const pod = await findReadyPod(cluster, namespace);
    const ended = await runInPod(loadKubeConfig(), pod, args, fromStdin ? await firstLine() : undefined);
    return { target: `pod ${pod.namespace}/${pod.name}`, ended };
  });
}

/** Sets a new password for a user: by the service's own program, on this machine or in a pod. */
export const adminCommand: Handlers['admin'] = async ({ args, flags }, context) => {
  const fromStdin = flags['password-stdin'];
  const given = [args.action, ...(fromStdin ? ['--password-stdin'] : []), '--', args.user];
  const { target, ended }: { target: string; ended: ProgramResult } =
    flags.environment === undefined
      ? { target: 'this machine', ended: await runLocally(given, { ...context.env }, context.signal) }
      : await inCluster(environmentOf(flags.environment), given, fromStdin, context);
  const { user, password, sessions_ended: sessionsEnded } = parsePasswordReset(ended);
  const lines = [
    `The password of ${user} is ${password === null ? 'the one from standard input' : 'new, shown this once:'}`,
    ...(password === null ? [] : [`  ${password}`]),
    `${sessionsEnded} ${sessionsEnded === 1 ? 'session' : 'sessions'} ended.`,
  ];
  context.out.result(lines.join('\n'), { target, user, password, sessionsEnded });
  return exitCodes.ok;
};
