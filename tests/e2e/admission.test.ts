import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { imageName } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import { thirdPartyImages } from '../../manifests/components/third-party-images.ts';
import { production } from '../../manifests/environments/production.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { connect } from '../../scripts/connection/connect.ts';
import { rolloutSteps } from '../../scripts/rollout/plan/deploy-order.ts';
import { createPlan } from '../../scripts/rollout/plan/deploy-plan.ts';
import { kubectl, kubectlResult } from './cluster.ts';
import { apply, builtInOnly, missing, rejection, unpulled } from './control-plane.ts';
import { until } from './whole.ts';

const repository = imageName(team.repository.toLowerCase());

// Every call is a program of its own, and the machine may be busy.
jest.setTimeout(60_000);

const namespace = 'admission-test';
const environment = { ...production, namespace };
const chartsOf = (image: string) => builtInOnly(synthesizeEnvironment(environment, image));
const digest = `sha256:${'0'.repeat(64)}`;
const foreign = `docker.io/library/busybox@${digest}`;

/** Satisfies the namespace's Pod Security; no node has the label, so that the pod is never scheduled. */
const container = (image: string, name = 'app') => ({
  name,
  image,
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
});
const podSpec = (image: string, more: object = {}) => ({
  nodeSelector: { 'leyenda.dev/nowhere': 'true' },
  restartPolicy: 'Never',
  securityContext: { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [container(image)],
  ...more,
});
const pod = (spec: object, name = 'one', where = namespace) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: where },
  spec,
});
const labels = { app: 'one' };
const template = (image: string, restartPolicy: string) => ({ metadata: { labels }, spec: podSpec(image, { restartPolicy }) });

/** A pod of the image, as each kind wraps it. */
const owners: Readonly<Record<string, (image: string) => object>> = {
  'apps/v1 Deployment': (image) => ({ selector: { matchLabels: labels }, template: template(image, 'Always') }),
  'apps/v1 StatefulSet': (image) => ({ serviceName: 'one', selector: { matchLabels: labels }, template: template(image, 'Always') }),
  'apps/v1 DaemonSet': (image) => ({ selector: { matchLabels: labels }, template: template(image, 'Always') }),
  'apps/v1 ReplicaSet': (image) => ({ selector: { matchLabels: labels }, template: template(image, 'Always') }),
  'batch/v1 Job': (image) => ({ template: template(image, 'Never') }),
  'batch/v1 CronJob': (image) => ({ schedule: '0 0 * * *', jobTemplate: { spec: { template: template(image, 'Never') } } }),
};
const owner = (type: string, image: string) => {
  const [apiVersion = '', kind = ''] = type.split(' ');
  return { apiVersion, kind, metadata: { name: 'one', namespace }, spec: owners[type]?.(image) };
};

function admission() {
  describe('The cluster, where the environment says what may run', () => {
    beforeAll(async () => {
      const platform = chartsOf(unpulled).find(({ chart }) => chart === 'platform')?.objects ?? [];
      await kubectl(['create', 'namespace', namespace]);
      await until(
        () => kubectlResult(['get', 'serviceaccount', 'default', '-n', namespace]),
        ({ code }) => code === 0,
        20,
      );
      // Before there is a policy: such pods must still be able to end.
      await apply([pod(podSpec(foreign), 'earlier')]);
      const policies = synthesizeEnvironment(environment, unpulled)
        .filter(({ chart }) => chart === 'platform')
        .flatMap(({ objects }) => objects.filter(({ kind }) => kind.startsWith('ValidatingAdmission')));
      await apply([...platform, ...policies]);
      await apply([pod(podSpec(unpulled), 'debugged')]);
      await until(
        () => rejection(pod(podSpec(foreign))),
        (text) => text.includes('image not allowed here'),
        20,
      );
    }, 60_000);
    afterAll(async () => {
      const name = `${namespace}-images`;
      await kubectl(['delete', `validatingadmissionpolicybinding/${name}`, `validatingadmissionpolicy/${name}`, '--ignore-not-found']);
      await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    });

    test.each([
      ['the service by digest', unpulled],
      ['an image that is pinned', thirdPartyImages.cloudNativePgPostgres],
      ["an operator's own", 'ghcr.io/cloudnative-pg/cloudnative-pg:1.30.0'],
    ])('runs %s', async (_what, image) => expect(await rejection(pod(podSpec(image)))).toBe(''));

    test.each([
      ['the service by a tag', `${repository}:v4.0.0`],
      ['the service by a tag and a digest', `${repository}:v4.0.0@${digest}`],
      ['a digest that is too short', unpulled.slice(0, -1)],
      ['an image of another owner', foreign],
      ['a repository with the same name prefix', `${repository}-too@${digest}`],
      ['a registry that has the name as a path', `example.org/${repository}@${digest}`],
      ['a host that differs in a dot', `${repository.replace('.', '-')}@${digest}`],
      ['another version of what is pinned', `${thirdPartyImages.cloudNativePgPostgres}-1`],
      ['an operator with the same name prefix', 'ghcr.io/cloudnative-pg/cloudnative-pg-too:1.30.0'],
    ])('does not run %s', async (_what, image) => {
      expect(await rejection(pod(podSpec(image)))).toContain(`image not allowed here: ${image} (by digest from ${repository}`);
    });

    test.each([
      ['an init container', { initContainers: [container(foreign, 'first')] }],
      ['a sidecar', { containers: [container(unpulled), container(foreign, 'sidecar')] }],
      ['a volume', { volumes: [{ name: 'data', image: { reference: foreign } }] }],
    ])('does not run it in %s either', async (_where, more) => {
      expect(await rejection(pod(podSpec(unpulled, more)))).toContain(`image not allowed here: ${foreign}`);
    });

    test('does not run it in a container for debugging, though in one of the service', async () => {
      const debug = (image: string) =>
        kubectlResult(['debug', 'debugged', '-n', namespace, `--image=${image}`, '--profile=restricted', '--attach=false', '--quiet']);
      expect((await debug(foreign)).stderr).toContain(`image not allowed here: ${foreign}`);
      expect(await debug(unpulled)).toMatchObject({ code: 0, stderr: '' });
    });

    test.each(Object.keys(owners))('takes no %s that would make such a pod', async (type) => {
      expect(await rejection(owner(type, unpulled))).toBe('');
      expect(await rejection(owner(type, foreign))).toContain(`image not allowed here: ${foreign}`);
    });

    test('accepts every workload of the charts, and rejects a plan with another image before the first write', async () => {
      const plan = (image: string) => createPlan(connect().cluster, rolloutSteps(chartsOf(image)), []);
      expect((await plan(unpulled)).steps.length).toBeGreaterThan(0);
      await expect(plan(foreign)).rejects.toMatchObject({ status: 422, message: expect.stringContaining(`not allowed here: ${foreign}`) });
      expect(
        JSON.parse(await kubectl(['get', 'deployments,jobs,configmaps', '-n', namespace, '-l', `app.kubernetes.io/name`, '-o', 'json']))
          .items,
      ).toEqual([]);
    });

    test('lets a pod from before change its labels and end, but not its image', async () => {
      expect(await kubectl(['label', 'pod', 'earlier', '-n', namespace, 'seen=true'])).toContain('labeled');
      const other = await kubectlResult(['set', 'image', 'pod/earlier', '-n', namespace, `app=docker.io/library/alpine@${digest}`]);
      expect(other.stderr).toContain('image not allowed here');
      expect(await kubectl(['delete', 'pod', 'earlier', '-n', namespace, '--grace-period=0', '--force'])).toContain('deleted');
    });

    test('is the same as ever in other namespaces', async () => expect(await rejection(pod(podSpec(foreign), 'one', 'default'))).toBe(''));
  });
}

if (missing) test.skip(`skipped: ${missing}`, () => {});
else admission();
