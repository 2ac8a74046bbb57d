import * as z from 'zod';
import { neededSecrets, requiredSecrets } from '../../manifests/constructs/required-secrets.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { deployments } from '../../manifests/environments/index.ts';
import { type DocumentOf, defineCommand } from '../cli/command.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { environment } from '../cli/options.ts';
import type { Output } from '../cli/output.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { checkSecrets, readSecret, type SecretsReport } from '../secrets/check.ts';

const secret = z.strictObject({ name: z.string(), required: z.boolean(), readers: z.array(z.string()), doc: z.string() });
const finding = z.strictObject({
  name: z.string(),
  problem: z.enum(['missing', 'empty', 'malformed', 'unreachable']),
  detail: z.string(),
  remedy: z.string(),
});

const secretsDocument = {
  environment: z.string().describe('environment or reference'),
  secret: z.string().describe('name of the Secret'),
  secrets: z.array(secret).optional().describe('list'),
  needed: z.int().optional().describe('check: number of required secrets'),
  findings: z.array(finding).optional().describe('check'),
  unread: z.array(z.string()).optional().describe('check: keys that nothing reads'),
};

export const secrets = defineCommand({
  name: 'secrets',
  summary: 'list the secrets of an environment, or check its Secret; secret values are never printed',
  args: { action: { doc: 'action', choices: ['check', 'list'] }, environment },
  flags: {},
  description: [
    'list prints from the source which secrets an environment needs and which workloads read them. check reads the Secret in the cluster and reports missing and invalid values, and text models that the network policies cut off. Secret values are never printed, and nothing is written. The deployer may not read secrets: check requires an account that may.',
  ],
  examples: [
    ['leyenda secrets list production', 'before the secrets are created; contacts no cluster'],
    ['leyenda secrets check production', 'before the first deploy'],
  ],
  exits: {
    different: 'a secret is missing or invalid, or names a text model that the network policies cut off',
    rejected: 'this account may not read the Secret, or the API server does not answer',
  },
  related: ['deploy'],
  document: secretsDocument,
  async run({ args }, context) {
    const environment = deployments[args.environment];
    if (args.action === 'list') return listSecrets(environment, context.out);
    return withCluster(args.environment, context, async ({ cluster }) => {
      const report = checkSecrets(environment, await readSecret(cluster, environment));
      context.out.result(textOf(environment, report), { environment: environment.name, secret: environment.names.secrets, ...report });
      return report.findings.length > 0 ? exitCodes.different : exitCodes.ok;
    });
  },
});

function listSecrets(environment: Environment, out: Output<DocumentOf<typeof secretsDocument>>): ExitCode {
  const required = requiredSecrets(environment).map(({ name }) => name);
  const secrets = neededSecrets(environment).map(({ name, readers, doc }) => ({ name, required: required.includes(name), readers, doc }));
  const lines = secrets.map(
    ({ name, required, readers, doc }) => `${name} (${required ? 'required' : 'optional'}; ${readers.join(', ')}): ${doc}`,
  );
  out.result(lines.join('\n'), { environment: environment.name, secret: environment.names.secrets, secrets });
  return exitCodes.ok;
}

function textOf({ names, namespace }: Environment, { needed, findings, unread }: SecretsReport): string {
  const lines = findings.map(({ name, problem, detail, remedy }) => `${name} ${problem}${detail === '' ? '' : ` (${detail})`}; ${remedy}`);
  return [
    ...(lines.length > 0 ? lines : [`the Secret ${names.secrets} in ${namespace} holds all ${needed} required secrets`]),
    ...unread.map((name) => `note: nothing reads ${name}`),
  ].join('\n');
}
