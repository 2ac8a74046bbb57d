import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { deployerSubject, readOnlySubject } from '../../constructs/deployer.ts';
import type { GitHubDeployer } from '../../environments/deployer.ts';
import { local } from '../../environments/local.ts';
import { production } from '../../environments/production.ts';
import { staging } from '../../environments/staging.ts';
import { synthesizeEnvironment } from '../../synth.ts';
import { authenticationConfiguration, renderAuthentication } from './authentication.ts';

const deployer: GitHubDeployer = {
  repository: 'acme/captions',
  ids: { owner: 1, repository: 2 },
  environment: 'production',
  workflows: ['release.yml'],
  watch: { environment: 'watch', workflows: ['nightly.yml'] },
  refs: ['refs/heads/main'],
  audience: 'https://kubernetes.example.com',
};
const rulesOf = (given: GitHubDeployer) =>
  authenticationConfiguration(given).jwt.flatMap(({ claimValidationRules }) => claimValidationRules.map(({ expression }) => expression));

describe('The deployer in the configuration of the API server', () => {
  test('is identified by the ids of owner and repository, too', () => {
    expect(rulesOf(deployer)).toEqual(
      expect.arrayContaining([
        'claims.repository_id == "2"',
        'claims.repository_owner_id == "1"',
        'claims.sub == "repo:acme@1/captions@2:environment:" + claims.environment',
      ]),
    );
  });

  test.each([
    ['repository', { repository: 'acme/captions" || true || "' }],
    ['environment', { environment: 'production" || "' }],
    ['workflows', { workflows: ['release'] }],
    ['refs', { refs: ['refs/heads/*/main'] }],
    ['environment', { watch: { environment: '"', workflows: ['nightly.yml'] } }],
  ] as const)('is never more than a name: %s', (field, wrong) => {
    expect(() => authenticationConfiguration({ ...deployer, ...wrong })).toThrow(`deployer.${field}: `);
  });

  test('has the Role under exactly the name that the token makes', () => {
    const environment = { ...production, deployer };
    expect([deployerSubject(environment), readOnlySubject(environment)]).toMatchObject([
      { kind: 'User', name: 'github:repo:acme@1/captions@2:environment:production' },
      { kind: 'User', name: 'github:repo:acme@1/captions@2:environment:watch' },
    ]);
    const objects = synthesizeEnvironment(environment).flatMap((chart) => chart.objects);
    expect(objects.filter(({ kind }) => kind === 'ServiceAccount').map(({ metadata }) => metadata.name)).not.toContain(
      environment.names.deployer,
    );
  });

  test('is the ServiceAccount without a GitHub deployer, and then there is no file', () => {
    expect(deployerSubject(local)).toEqual({ kind: 'ServiceAccount', name: local.names.deployer, namespace: local.namespace });
    expect(renderAuthentication(local)).toBeUndefined();
  });

  test('is the user that the cloud authenticates, and then there is no file', () => {
    const users = { deployer: 'deploy@acme.iam.gserviceaccount.com', watch: 'watch@acme.iam.gserviceaccount.com' };
    const environment = { ...production, deployer: { ...deployer, users } };
    expect([deployerSubject(environment), readOnlySubject(environment)]).toMatchObject([
      { kind: 'User', name: users.deployer },
      { kind: 'User', name: users.watch },
    ]);
    const policies = JSON.stringify(synthesizeEnvironment(environment));
    expect(policies).toContain(`request.userInfo.username == \\"${users.watch}\\"`);
    expect(renderAuthentication(environment)).toBeUndefined();
  });

  test.each([
    ['a user of the system', { deployer: 'system:admin', watch: 'b' }, /not one that starts with "system:"/],
    ['one user for both', { deployer: 'a', watch: 'a' }, /must be two users/],
  ])('is never %s', (_, users, message) => {
    expect(() => synthesizeEnvironment({ ...production, deployer: { ...deployer, users } })).toThrow(message);
  });

  test('differs between staging and production: no token is for both', () => {
    const audiences = [staging, production].map((environment) => parse(renderAuthentication(environment) ?? '').jwt[0].issuer.audiences[0]);
    expect(new Set(audiences).size).toBe(2);
  });
});
