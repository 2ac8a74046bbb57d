import type { k8s } from 'cdk8s-plus-28';
import type { Environment } from '../environments/environment.ts';
import type { Deployer, GitHubDeployer } from '../environments/trust.ts';

export const deployerOf = ({ deployer = { kind: 'service-account' } }: Pick<Environment, 'deployer'>): Deployer => deployer;

/** Whom a token is about (claim `sub`), for a job in an environment on GitHub, whose name follows. */
export function githubSubjectPrefix({ repository, ids }: GitHubDeployer): string {
  const [owner = '', name = ''] = repository.split('/');
  const named = ids ? `${owner}@${ids.owner}/${name}@${ids.repository}` : repository;
  return `repo:${named}:environment:`;
}

/** Before a token's subject; keeps users from GitHub apart from all others. */
export const githubUserPrefix = 'github:';

const userOf = (deployer: GitHubDeployer, environment: string): k8s.Subject => ({
  apiGroup: 'rbac.authorization.k8s.io',
  kind: 'User',
  name: `${githubUserPrefix}${githubSubjectPrefix(deployer)}${environment}`,
});

/** Who has the deployer's Role: exactly one user or account. */
export function deployerSubject(environment: Environment): k8s.Subject {
  const deployer = deployerOf(environment);
  return deployer.kind === 'github'
    ? userOf(deployer, deployer.environment)
    : { kind: 'ServiceAccount', name: environment.names.deployer, namespace: environment.namespace };
}

/** Who only looks; undefined: nobody. */
export function readOnlySubject(environment: Environment): k8s.Subject | undefined {
  const deployer = deployerOf(environment);
  return deployer.kind === 'github' && deployer.watch ? userOf(deployer, deployer.watch.environment) : undefined;
}
