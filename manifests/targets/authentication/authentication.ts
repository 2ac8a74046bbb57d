import { Yaml } from 'cdk8s';
import { githubIssuer } from '../../../service/contract/signing.ts';
import { subjectOf, userPrefix } from '../../constructs/deployer.ts';
import type { Environment } from '../../environments/environment.ts';
import type { GitHubDeployer } from '../../environments/trust.ts';

/** The OIDC provider whose tokens are believed. */
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
const shapeOf = ({
  repository,
  environment,
  workflows,
  refs,
}: GitHubDeployer): readonly (readonly [string, RegExp, readonly string[]])[] => [
  ['repository', /^[\w.-]+\/[\w.-]+$/, [repository]],
  ['environment', /^[\w .-]+$/, [environment]],
  ['workflows', /^[\w.-]+\.ya?ml$/, workflows],
  ['refs', /^refs\/(heads|tags)\/[\w./-]*[\w*]$/, refs],
];

/**
 * The API server's structured authentication configuration (flag `--authentication-config`; Kubernetes 1.34 or later): a token of GitHub is
 * believed only for this audience, repository, environment, ref and workflow, and makes one user in no group.
 * @throws where a name could be anything but a name
 */
export function authenticationConfiguration(deployer: GitHubDeployer, issuer: Issuer = { url: githubIssuer }) {
  for (const [field, shape, names] of shapeOf(deployer)) {
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
          username: { expression: `'${userPrefix}' + claims.sub` },
          uid: { expression: 'claims.repository_id' },
          // For the audit log: who pressed, which run, which commit.
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
  const { repository, ids, environment, workflows } = deployer;
  const equal = (claim: string, value: string): Rule => ({
    expression: `claims.${claim} == ${literal(value)}`,
    message: `the claim ${claim} must be ${value}`,
  });
  const own = workflows.map((file) => `${literal(`${repository}/.github/workflows/${file}@`)} + claims.ref`);
  return [
    equal('sub', subjectOf(deployer)),
    equal('repository', repository),
    ...(ids ? [equal('repository_id', String(ids.repository)), equal('repository_owner_id', String(ids.owner))] : []),
    equal('environment', environment),
    { expression: deployer.refs.map(refExpression).join(' || '), message: `the claim ref must be one of ${deployer.refs.join(', ')}` },
    { expression: `claims.job_workflow_ref in [${own.join(', ')}]`, message: `the job must be one of ${workflows.join(', ')} of that ref` },
  ];
}

const literal = (text: string) => JSON.stringify(text);
const refExpression = (ref: string) =>
  ref.endsWith('*') ? `claims.ref.startsWith(${literal(ref.slice(0, -1))})` : `claims.ref == ${literal(ref)}`;

/** File of an environment, below its folder: no object of the API, so it does not stand among those that are applied. */
export const authenticationFile = ({ name }: Environment) => `${name}/api-server/authentication.yaml`;

/** Its content; undefined where the deployer is the cluster's own account. */
export function renderAuthentication({ deployer }: Environment): string | undefined {
  if (deployer?.kind !== 'github') return undefined;
  return `# For the API server: --authentication-config=FILE. No object: kubectl cannot apply it. See docs/identity.md.\n${Yaml.stringify(authenticationConfiguration(deployer))}`;
}
