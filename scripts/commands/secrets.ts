import { neededSecrets, requiredSecrets } from '../../manifests/constructs/required-secrets.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { deployments } from '../../manifests/environments/index.ts';
import type { Handlers } from '../cli/context.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import type { Output } from '../cli/output.ts';
import { isAnonymous, isStatus } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { checkSecrets, type SecretsReport, secretRef } from '../secrets/check.ts';

/** Tells which secrets an environment needs, or what its Secret in the cluster lacks. */
export const secretsCommand: Handlers['secrets'] = ({ args }, context) => {
  const environment = deployments[args.environment];
  if (args.action === 'list') return Promise.resolve(listSecrets(environment, context.out));
  return withCluster(args.environment, context, async ({ cluster, out }) => {
    const report = checkSecrets(environment, await readSecret(cluster, environment));
    out.result(textOf(environment, report), { environment: environment.name, secret: environment.names.secrets, ...report });
    return report.findings.length > 0 ? exitCodes.different : exitCodes.ok;
  });
};

function listSecrets(environment: Environment, out: Output): ExitCode {
  const required = requiredSecrets(environment).map(({ name }) => name);
  const secrets = neededSecrets(environment).map(({ name, readers, doc }) => ({ name, required: required.includes(name), readers, doc }));
  const lines = secrets.map(
    ({ name, required, readers, doc }) => `${name} (${required ? 'must exist' : 'optional'}; ${readers.join(', ')}): ${doc}`,
  );
  out.result(lines.join('\n'), { environment: environment.name, secret: environment.names.secrets, secrets });
  return exitCodes.ok;
}

/** @throws {Failure} `refused` for a caller who may not read it: the deployer may not */
export async function readSecret(cluster: Cluster, environment: Environment): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(secretRef(environment));
  } catch (error) {
    if (!isStatus(error, 403) || isAnonymous(error)) throw error;
    const { names, namespace } = environment;
    throw new Failure(
      'refused',
      `this account may not read the Secret ${names.secrets}`,
      `run it as somebody who may; the least right is: kubectl -n ${namespace} create role secrets-check --verb=get --resource=secrets --resource-name=${names.secrets}`,
      { cause: error },
    );
  }
}

function textOf({ names, namespace }: Environment, { needed, findings, unread }: SecretsReport): string {
  const lines = findings.map(({ name, problem, detail, remedy }) => `${name} ${problem}${detail === '' ? '' : ` (${detail})`}; ${remedy}`);
  return [
    ...(lines.length > 0 ? lines : [`the Secret ${names.secrets} in ${namespace} holds all ${needed} that it has to`]),
    ...unread.map((name) => `note: nothing reads ${name}`),
  ].join('\n');
}
