import { createInterface } from 'node:readline';
import * as z from 'zod';
import { type EnvironmentName, environmentNames } from '../../manifests/environments/index.ts';
import { runLocally } from '../admin/local.ts';
import { findReadyPod, runInPod } from '../admin/pod.ts';
import { type ProgramResult, parsePasswordReset } from '../admin/program.ts';
import { defineCommand } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { withCluster } from '../connection/with-cluster.ts';

export const admin = defineCommand({
  name: 'admin',
  summary: 'reset the password of a user when no administrator can log in',
  args: {
    action: { doc: 'action', choices: ['reset-password'] },
    user: { doc: 'name of an active user', default: 'admin' },
  },
  flags: {
    environment: {
      type: 'string',
      doc: `environment in a cluster: ${environmentNames.join(', ')}; default: the database of DATABASE_URL or LEYENDA_DATA_DIR`,
    },
    'password-stdin': { type: 'boolean', doc: 'read the password from the first line of standard input' },
  },
  description: [
    'reset-password sets a new password for a user, ends the sessions of the user, and clears the login delays after wrong passwords. The audit log records operator as the actor. Without --password-stdin the password is random and printed once.',
    'The database is that of DATABASE_URL, else the embedded database in LEYENDA_DATA_DIR (default: .leyenda); stop the service first if it has that folder open. With --environment the program in the image does it in a running pod of the API: that requires the permission to create pods/exec, which the deployer does not have.',
    'If the user does not exist, the active administrators are listed.',
  ],
  examples: [
    ['leyenda admin reset-password', 'of admin, in the folder .leyenda, while the service is stopped'],
    ['DATABASE_URL=postgresql://… leyenda admin reset-password ada', 'of another user, in a PostgreSQL database'],
    ['leyenda admin reset-password --environment production', 'in the cluster of KUBECONFIG'],
    ['pass show leyenda | leyenda admin reset-password --password-stdin', 'with a password of your own'],
  ],
  exits: {
    rejected:
      'the user does not exist or is not active, another process has the folder open, the database or the API server does not answer, or a permission is missing; nothing was changed',
  },
  related: ['status', 'secrets'],
  document: {
    target: z.string().describe('this machine, or the pod that ran the program'),
    user: z.string(),
    password: z.string().nullable().describe('the new password, printed once; null: it was read from standard input'),
    sessionsEnded: z.int(),
  },
  async run({ args, flags }, context) {
    const { target, result } = await runProgram(
      [args.action, ...(flags['password-stdin'] ? ['--password-stdin'] : []), '--', args.user],
      flags,
      context,
    );
    const { user, password, sessions_ended: sessionsEnded } = parsePasswordReset(result);
    const lines = [
      `The password of ${user} is ${password === null ? 'the one from standard input' : 'new, shown this once:'}`,
      ...(password === null ? [] : [`  ${password}`]),
      `${sessionsEnded} ${sessionsEnded === 1 ? 'session' : 'sessions'} ended.`,
    ];
    context.out.result(lines.join('\n'), { target, user, password, sessionsEnded });
    return exitCodes.ok;
  },
});

interface Target {
  readonly target: string;
  readonly result: ProgramResult;
}

/** Runs service/admin.ts on this machine or in a pod. */
async function runProgram(
  args: readonly string[],
  { environment, 'password-stdin': fromStdin }: { readonly environment: string | undefined; readonly 'password-stdin': boolean },
  context: Context,
): Promise<Target> {
  if (environment === undefined) return { target: 'this machine', result: await runLocally(args, { ...context.env }, context.signal) };
  return withCluster(environmentOf(environment), context, async ({ cluster, namespace }) => {
    const { loadKubeConfig } = await import('../kubeconfig/load.ts');
    const pod = await findReadyPod(cluster, namespace);
    const result = await runInPod(loadKubeConfig(), pod, args, fromStdin ? await firstLine() : undefined);
    return { target: `pod ${pod.namespace}/${pod.name}`, result };
  });
}

/** @throws {Failure} `usage` */
function environmentOf(name: string): EnvironmentName {
  const environment = environmentNames.find((known) => known === name);
  if (environment === undefined) throw new Failure('usage', `unknown environment '${name}'`, `give one of ${environmentNames.join(', ')}`);
  return environment;
}

async function firstLine(): Promise<string> {
  for await (const line of createInterface(process.stdin)) return line;
  return '';
}
