import { Yaml } from 'cdk8s';
import { githubIssuer } from '../../../contract/signing.ts';
import { githubSubjectPrefix, githubUserPrefix } from '../../constructs/deployer.ts';
import type { GitHubDeployer } from '../../environments/deployer.ts';
import type { Environment } from '../../environments/environment.ts';

/** The OIDC provider whose tokens the API server accepts. */
interface Issuer {
  readonly url: string;
  /** PEM; not set: the system's own certificates. */
  readonly certificateAuthority?: string;
}

/** A claim that must hold (CEL), and what the API server's log says when it does not. */
interface Rule {
  readonly expression: string;
  readonly message: string;
}

/** What each name may contain: it becomes a literal in an expression. */
const shapesOf = (deployer: GitHubDeployer): readonly (readonly [string, RegExp, readonly string[]])[] => [
  ['repository', /^[\w.-]+\/[\w.-]+$/, [deployer.repository]],
  ['environment', /^[\w .-]+$/, jobsOf(deployer).map(({ environment }) => environment)],
  ['workflows', /^[\w.-]+\.ya?ml$/, jobsOf(deployer).flatMap(({ workflows }) => workflows)],
  ['refs', /^refs\/(heads|tags)\/[\w./-]*[\w*]$/, deployer.refs],
];

/**
 * The API server's structured authentication configuration (flag `--authentication-config`; Kubernetes 1.34 or later): a token of GitHub is
 * accepted only for this audience, repository, environment, ref and workflow, and makes a user of the
 * environment's name in no group.
 * @throws if a name could be anything else than a name
 */
export function authenticationConfiguration(deployer: GitHubDeployer, issuer: Issuer = { url: githubIssuer }) {
  for (const [field, shape, names] of shapesOf(deployer)) {
    const wrong = names.find((name) => !shape.test(name));
    if (wrong !== undefined) throw new Error(`deployer.${field}: ${wrong} is not what GitHub calls one`);
  }
  return {
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    jwt: [
      {
        issuer: { ...issuer, audiences: [deployer.audience] },
        claimValidationRules: claimRules(deployer),
        claimMappings: {
          username: { expression: `'${githubUserPrefix}' + claims.sub` },
          uid: { expression: 'claims.repository_id' },
          // For the audit log: actor, run and commit.
          extra: [
            { key: 'leyenda.dev/actor', valueExpression: 'claims.actor' },
            { key: 'leyenda.dev/run', valueExpression: 'claims.run_id' },
            { key: 'leyenda.dev/commit', valueExpression: 'claims.sha' },
          ],
        },
        userValidationRules: [
          { expression: "!user.username.startsWith('system:')", message: 'no user from outside is one of the system' },
          { expression: 'user.groups.size() == 0', message: 'no user from outside is in a group' },
        ],
      },
    ],
  };
}

function claimRules(deployer: GitHubDeployer): Rule[] {
  const { repository, ids, refs } = deployer;
  const equal = (claim: string, value: string): Rule => ({
    expression: `claims.${claim} == ${literal(value)}`,
    message: `the claim ${claim} must be ${value}`,
  });
  const jobs = jobsOf(deployer);
  const environments = jobs.map(({ environment }) => environment);
  return [
    equal('repository', repository),
    equal('repository_id', String(ids.repository)),
    equal('repository_owner_id', String(ids.owner)),
    { expression: `claims.environment in ${list(environments)}`, message: `the claim environment must be ${environments.join(' or ')}` },
    {
      expression: `claims.sub == ${literal(githubSubjectPrefix(deployer))} + claims.environment`,
      message: `the claim sub must be ${githubSubjectPrefix(deployer)} and the claim environment`,
    },
    { expression: refs.map(refExpression).join(' || '), message: `the claim ref must be one of ${refs.join(', ')}` },
    ...jobs.map((job) => workflowRule(deployer, job)),
  ];
}

interface Jobs {
  readonly environment: string;
  readonly workflows: readonly string[];
}

/** In which environments which workflows may have jobs that get in. */
const jobsOf = ({ environment, workflows, watch }: GitHubDeployer): Jobs[] => [{ environment, workflows }, watch];

/** In this environment only jobs that these files describe, as the very ref has them. */
function workflowRule({ repository }: GitHubDeployer, { environment, workflows }: Jobs): Rule {
  const own = workflows.map((file) => `${literal(`${repository}/.github/workflows/${file}@`)} + claims.ref`);
  return {
    expression: `claims.environment != ${literal(environment)} || claims.job_workflow_ref in [${own.join(', ')}]`,
    message: `a job in ${environment} must be one of ${workflows.join(', ')} of its ref`,
  };
}

const literal = (text: string) => JSON.stringify(text);
const list = (texts: readonly string[]) => `[${texts.map(literal).join(', ')}]`;
const refExpression = (ref: string) =>
  ref.endsWith('*') ? `claims.ref.startsWith(${literal(ref.slice(0, -1))})` : `claims.ref == ${literal(ref)}`;

/** Path of the file below dist/. It is not an object of the API, so it is not in the folder that is applied. */
export const authenticationFile = ({ name }: Environment) => `${name}/api-server/authentication.yaml`;

/** The file; undefined if the deployer is a ServiceAccount, or the cluster authenticates identities of its cloud. */
export function renderAuthentication({ deployer }: Environment): string | undefined {
  if (!deployer || deployer.users !== undefined) return undefined;
  return `# For the API server: --authentication-config=FILE. No object: kubectl cannot apply it. See docs/identity.md.\n${Yaml.stringify(authenticationConfiguration(deployer))}`;
}
