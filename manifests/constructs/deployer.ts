import type { k8s } from 'cdk8s-plus-28';
import type { GitHubDeployer } from '../environments/deployer.ts';
import type { Environment } from '../environments/environment.ts';

/** Start of the claim `sub` of a job's token; the name of its environment on GitHub follows. */
export function githubSubjectPrefix({ repository, ids }: GitHubDeployer): string {
  const [owner = '', name = ''] = repository.split('/');
  return `repo:${owner}@${ids.owner}/${name}@${ids.repository}:environment:`;
}

/** Prefix of user names from GitHub tokens; separates them from all other users. */
export const githubUserPrefix = 'github:';

const userOf = (name: string): k8s.Subject => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name });
const githubUser = (deployer: GitHubDeployer, environment: string) => `${githubUserPrefix}${githubSubjectPrefix(deployer)}${environment}`;

/** The one user or ServiceAccount that has the deployer's Role. */
export const deployerSubject = ({ deployer, names, namespace }: Environment): k8s.Subject =>
  deployer
    ? userOf(deployer.users?.deployer ?? githubUser(deployer, deployer.environment))
    : { kind: 'ServiceAccount', name: names.deployer, namespace };

/** The user with read access only; undefined if there is none. */
export const readOnlySubject = ({ deployer }: Environment): k8s.Subject | undefined =>
  deployer && userOf(deployer.users?.watch ?? githubUser(deployer, deployer.watch.environment));
