import { describe, expect, test } from '@jest/globals';
import { deployments } from '../../../manifests/environments/index.ts';
import { synthesizeEnvironment } from '../../../manifests/synth.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { assertPermissions, missingPermissions, permissionText, requiredPermissions } from './permission-check.ts';

const charts = synthesizeEnvironment(deployments.production);
const namespace = deployments.production.namespace;

function scene() {
  const fake = createFakeApi();
  const lines: string[] = [];
  const calls: string[] = [];
  const cluster = createCluster(
    (call) => {
      calls.push(call.path.split('/').at(-1) ?? '');
      return fake.transport(call);
    },
    () => Promise.reject(new Error('no port-forward here')),
  );
  const out = { line: (text: string) => lines.push(text) };
  return { fake, lines, calls, cluster, run: { cluster, namespace, out } };
}

describe('missingPermissions', () => {
  test('sends one review for an account with all permissions', async () => {
    const { run, calls } = scene();
    await assertPermissions(run, charts);
    expect(calls).toEqual(['selfsubjectrulesreviews']);
  });

  test.each(requiredPermissions(charts).map((right) => [permissionText(right)]))('names a missing %s before planning', async (text) => {
    const { run, fake } = scene();
    fake.denied.add(text);
    await expect(assertPermissions(run, charts)).rejects.toMatchObject({
      exitCode: 7,
      message: `nothing was written: in namespace ${namespace} this account may not ${text}`,
      remedy: expect.stringContaining('platform.yaml'),
    });
    expect(fake.writes).toEqual([]);
  });

  test('names at most eight resources for an account without permissions', async () => {
    const { run, fake } = scene();
    const needed = requiredPermissions(charts).map(permissionText);
    for (const text of needed) fake.denied.add(text);
    const message = await assertPermissions(run, charts).catch(String);
    const kinds = new Set(needed.map((text) => text.split(' ')[1])).size;
    expect(message).toContain(`may not: ${needed.length} permissions on ${kinds} kinds are missing, such as `);
    expect(message).toContain(` and ${kinds - 8} more kinds`);
  });

  test('checks permissions one by one that no rule grants, because other authorizers may grant them', async () => {
    const { cluster, fake } = scene();
    fake.denied.add('get secrets');
    expect(await missingPermissions(cluster, namespace, requiredPermissions(charts))).toEqual([]);
  });

  test.each([
    ['some objects only', { apiGroups: [''], resources: ['pods'], verbs: ['get'], resourceNames: ['one'] }],
    ['another group', { apiGroups: ['apps'], resources: ['pods'], verbs: ['*'] }],
    ['the resource of a subresource', { apiGroups: ['*'], resources: ['pods/log'], verbs: ['*'] }],
  ])('ignores a rule to %s', async (_what, rule) => {
    const answers = [{ resourceRules: [rule] }, { allowed: false }];
    const cluster = createCluster(
      async () => ({ status: 201, text: JSON.stringify({ status: answers.shift() }) }),
      () => Promise.reject(new Error('no port-forward here')),
    );
    const right = { group: '', resource: 'pods', verb: 'get' };
    expect(await missingPermissions(cluster, namespace, [right])).toEqual([right]);
  });

  test('leaves the check to the plan if the account may not create reviews', async () => {
    const { run, lines } = scene();
    const cluster = createCluster(
      async () => ({ status: 403, text: JSON.stringify({ code: 403, message: 'reviews are forbidden' }) }),
      () => Promise.reject(new Error('no port-forward here')),
    );
    await assertPermissions({ ...run, cluster }, charts);
    expect(lines).toEqual(['permissions are not checked in advance: reviews are forbidden']);
  });
});
