import type { k8s } from 'cdk8s-plus-28';
import type { Environment } from '../environments/environment.ts';
import type { Deployer, GitHubDeployer } from '../environments/trust.ts';

export const deployerOf = ({ deployer = { kind: 'service-account' } }: Pick<Environment, 'deployer'>): Deployer => deployer;

/** What a token says whom it is about (claim `sub`), for a job in an environment. */
export function subjectOf({ repository, ids, environment }: GitHubDeployer): string {
  const [owner = '', name = ''] = repository.split('/');
  const named = ids ? `${owner}@${ids.owner}/${name}@${ids.repository}` : repository;
  return `repo:${named}:environment:${environment}`;
}

/** Before a token's subject; keeps users from GitHub apart from all others. */
export const userPrefix = 'github:';

/** Who has the deployer's Role: exactly one user or account. */
export function deployerSubject(environment: Environment): k8s.Subject {
  const deployer = deployerOf(environment);
  return deployer.kind === 'github'
    ? { apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `${userPrefix}${subjectOf(deployer)}` }
    : { kind: 'ServiceAccount', name: environment.names.deployer, namespace: environment.namespace };
}
