import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Yaml } from 'cdk8s';
import type { GitHubDeployer } from '../../manifests/environments/deployer.ts';
import { production } from '../../manifests/environments/production.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { authenticationConfiguration } from '../../manifests/targets/authentication/authentication.ts';
import { type ApiServer, programs, startApiServer } from './api-server.ts';
import { unpulled } from './control-plane.ts';
import { type OidcIssuer, startIssuer } from './oidc-issuer.ts';

// Every call is a program of its own, and the machine may be busy.
jest.setTimeout(60_000);

const { namespace, names } = production;
const readOnly = `${names.prefix}-read-only`;
const deployer: GitHubDeployer = {
  repository: 'acme/captions',
  ids: { owner: 1001, repository: 2002 },
  environment: 'production',
  workflows: ['release.yml', 'rollback.yml'],
  watch: { environment: 'production-watch', workflows: ['nightly.yml'] },
  refs: ['refs/heads/main', 'refs/tags/v*'],
  audience: 'https://kubernetes.production.example.com',
};
const subject = 'repo:acme@1001/captions@2002:environment:production';

/** What GitHub says of the job that deploys. */
const claims = {
  sub: subject,
  aud: deployer.audience,
  repository: 'acme/captions',
  repository_id: '2002',
  repository_owner_id: '1001',
  environment: 'production',
  ref: 'refs/heads/main',
  job_workflow_ref: 'acme/captions/.github/workflows/release.yml@refs/heads/main',
  actor: 'ana',
  run_id: '42',
  sha: 'c0ffee',
};

/** And of the one that only looks, which has another environment. */
const watching = {
  ...claims,
  environment: 'production-watch',
  sub: `${subject}-watch`,
  job_workflow_ref: 'acme/captions/.github/workflows/nightly.yml@refs/heads/main',
};

/** Claims of a job that is not the one that deploys; `undefined`: the claim is not there. */
const others: Readonly<Record<string, Readonly<Record<string, string | number | undefined>>>> = {
  'of another repository': { repository: 'acme/other', sub: 'repo:acme@1001/other@3003:environment:production', repository_id: '3003' },
  'of a fork': {
    repository: 'eve/captions',
    repository_id: '9009',
    repository_owner_id: '666',
    sub: 'repo:eve@666/captions@9009:environment:production',
    job_workflow_ref: 'eve/captions/.github/workflows/release.yml@refs/heads/main',
  },
  'of a repository that took the name over': {
    repository_id: '9009',
    repository_owner_id: '666',
    sub: 'repo:acme@666/captions@9009:environment:production',
  },
  'with the subject of names alone': { sub: 'repo:acme/captions:environment:production' },
  'of another environment': { environment: 'staging', sub: 'repo:acme@1001/captions@2002:environment:staging' },
  'of no environment': { environment: undefined, sub: 'repo:acme@1001/captions@2002:ref:refs/heads/main' },
  'for another audience': { aud: 'https://kubernetes.staging.example.com' },
  'for GitHub itself': { aud: 'https://github.com/acme' },
  'of a pull request': { ref: 'refs/pull/7/merge', job_workflow_ref: 'acme/captions/.github/workflows/release.yml@refs/pull/7/merge' },
  'of another branch': { ref: 'refs/heads/main-2', job_workflow_ref: 'acme/captions/.github/workflows/release.yml@refs/heads/main-2' },
  'of a tag that is no version': { ref: 'refs/tags/x1', job_workflow_ref: 'acme/captions/.github/workflows/release.yml@refs/tags/x1' },
  'of a workflow that looks, in the environment that deploys': {
    job_workflow_ref: 'acme/captions/.github/workflows/nightly.yml@refs/heads/main',
  },
  'of a workflow that deploys, in the environment that looks': {
    environment: 'production-watch',
    sub: 'repo:acme@1001/captions@2002:environment:production-watch',
  },
  'of another workflow': { job_workflow_ref: 'acme/captions/.github/workflows/ci.yml@refs/heads/main' },
  'of the workflow as another branch has it': { job_workflow_ref: 'acme/captions/.github/workflows/release.yml@refs/heads/mine' },
  "of a workflow of another owner that the repository's workflow calls": {
    job_workflow_ref: 'eve/tools/.github/workflows/release.yml@refs/heads/main',
  },
  'that is over': { exp: Math.floor(Date.now() / 1000) - 60 },
  'that is not yet valid': { nbf: Math.floor(Date.now() / 1000) + 3600 },
  'of another issuer': { iss: 'https://token.actions.example.com' },
};

function identity(found: Exclude<ReturnType<typeof programs>, { missing: string }>) {
  describe('The API server, by the configuration that synth writes,', () => {
    let issuer: OidcIssuer;
    let server: ApiServer;

    const call = async (token: string, method: string, path: string, body?: object) => {
      const { promise, resolve, reject } = Promise.withResolvers<{ readonly status: number; readonly body: ReturnType<typeof Object> }>();
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const headers = { authorization: `Bearer ${token}`, 'content-type': type };
      request(new URL(path, server.url), { method, headers, ca: server.authority }, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: Object(JSON.parse(answer)) }), reject);
      })
        .on('error', reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
      return promise;
    };
    const whoAmI = (token: string) =>
      call(token, 'POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
      });
    const create = async (collection: string, object: KubernetesObject) =>
      expect(await call(server.adminToken, 'POST', collection, object)).toMatchObject({ status: 201 });

    beforeAll(async () => {
      issuer = await startIssuer();
      const { url, certificateAuthority } = issuer;
      server = await startApiServer(found, Yaml.stringify(authenticationConfiguration(deployer, { url, certificateAuthority })));
      const objects = synthesizeEnvironment({ ...production, deployer }, unpulled).flatMap((chart) => chart.objects);
      const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
      const one = (kind: string, name: string) => objects.filter((object) => object.kind === kind && object.metadata.name === name);
      for (const object of one('Namespace', namespace)) await create('/api/v1/namespaces', object);
      for (const name of [names.deployer, readOnly]) {
        for (const object of one('Role', name)) await create(`${rbac}/roles`, object);
        for (const object of one('RoleBinding', name)) await create(`${rbac}/rolebindings`, object);
      }
      const admission = '/apis/admissionregistration.k8s.io/v1';
      for (const object of one('ValidatingAdmissionPolicy', readOnly)) await create(`${admission}/validatingadmissionpolicies`, object);
      for (const object of one('ValidatingAdmissionPolicyBinding', readOnly))
        await create(`${admission}/validatingadmissionpolicybindings`, object);
      await create(`/api/v1/namespaces/${namespace}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'seen' } });
      // The provider's keys are fetched in the background.
      for (let attempt = 0; attempt < 150 && (await whoAmI(await issuer.token(claims))).status !== 201; attempt += 1) await sleep(200);
    }, 90_000);
    afterAll(async () => {
      await server?.stop();
      await issuer?.stop();
    });

    test('takes the job that deploys for one user in no group, and its log knows who pressed', async () => {
      const { status, body } = await whoAmI(await issuer.token(claims));
      expect({ status, userInfo: body.status?.userInfo }).toEqual({
        status: 201,
        userInfo: {
          username: `github:${subject}`,
          uid: '2002',
          groups: ['system:authenticated'],
          extra: {
            'leyenda.dev/actor': ['ana'],
            'leyenda.dev/commit': ['c0ffee'],
            'leyenda.dev/run': ['42'],
          },
        },
      });
    });

    test.each([
      ['deployments of its namespace', 'GET', `/apis/apps/v1/namespaces/${namespace}/deployments/x`, 404],
      ['secrets of its namespace', 'GET', `/api/v1/namespaces/${namespace}/secrets/x`, 403],
      ['deployments elsewhere', 'GET', '/apis/apps/v1/namespaces/default/deployments/x', 403],
    ])('allows %s according to its Role', async (_what, method, path, status) => {
      expect(await call(await issuer.token(claims), method, path)).toMatchObject({ status });
    });

    test.each(['refs/tags/v1.2.3', 'refs/heads/main'])('takes the workflow that rolls back, of %s', async (ref) => {
      const job = { ...claims, ref, job_workflow_ref: `acme/captions/.github/workflows/rollback.yml@${ref}` };
      expect(await whoAmI(await issuer.token(job))).toMatchObject({ status: 201 });
    });

    test('allows the read-only job to read and plan, but not to write', async () => {
      const token = await issuer.token(watching);
      const map = `/api/v1/namespaces/${namespace}/configmaps/seen`;
      const change = (query: string) => call(token, 'PATCH', `${map}${query}`, { data: { seen: 'true' } });
      expect(await call(token, 'GET', map)).toMatchObject({ status: 200 });
      expect(await change('?dryRun=All')).toMatchObject({ status: 200 });
      // A policy takes a moment until it holds.
      for (let attempt = 0; attempt < 50 && (await change('')).status === 200; attempt += 1) await sleep(200);
      expect(await change('')).toMatchObject({
        status: 403,
        body: { message: expect.stringContaining('this user may only do dry runs') },
      });
      for (const [method, path] of [
        ['DELETE', map],
        ['GET', `/api/v1/namespaces/${namespace}/secrets/x`],
      ] as const)
        expect(await call(token, method, path)).toMatchObject({ status: 403 });
      expect(await call(await issuer.token(claims), 'PATCH', map, { data: { seen: 'by the deployer' } })).toMatchObject({ status: 200 });
    });

    test.each(Object.entries(others))('does not know a token %s', async (_what, different) => {
      expect(await whoAmI(await issuer.token({ ...claims, ...different }))).toMatchObject({ status: 401 });
    });

    const decisive = ['sub', 'aud', 'repository', 'repository_id', 'repository_owner_id', 'environment', 'ref', 'job_workflow_ref'];
    test.each(decisive)('requires %s: another value, or none, is rejected', async (claim) => {
      for (const value of ['other', undefined]) {
        expect({ value, ...(await whoAmI(await issuer.token({ ...claims, [claim]: value }))) }).toMatchObject({ status: 401 });
      }
    });

    test('rejects a token of another signer', async () => {
      expect(await whoAmI(await issuer.token(claims, { foreign: true }))).toMatchObject({ status: 401 });
    });
  });
}

const found = programs();
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else identity(found);
