import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { product } from '../../contract/product.ts';
import { type RbacPermission, rbacPermissionsOf } from '../../manifests/constructs/deployer-role.ts';
import { local } from '../../manifests/environments/local.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import type { Cluster } from '../../scripts/cluster/cluster.ts';
import { createCluster } from '../../scripts/cluster/create-cluster.ts';
import { createTransport } from '../../scripts/cluster/transport.ts';
import { connect } from '../../scripts/connection/connect.ts';
import { deploy } from '../../scripts/rollout/deploy/deploy.ts';
import type { Chart } from '../../scripts/rollout/plan/deploy-order.ts';
import { missingPermissions, permissionText, requiredPermissions } from '../../scripts/rollout/plan/permission-check.ts';
import { getJson, kubectl } from './cluster.ts';
import { apply, builtInOnly, missing, unpulled } from './control-plane.ts';
import { printLedger, record } from './ledger.ts';

// Every call is a program of its own, and the machine may be busy.
jest.setTimeout(60_000);

const namespace = 'rights-test';
const everything = synthesizeEnvironment({ ...local, namespace }, unpulled);
const platform = everything.find(({ chart }) => chart === 'platform')?.objects ?? [];
const { deployer } = local.names;
const role = platform.find(({ kind }) => kind === 'Role');
const needed = requiredPermissions(everything);

/** The API server as the deployer sees it, by a token of its ServiceAccount. */
async function asDeployer(): Promise<Cluster> {
  const token = (await kubectl(['-n', namespace, 'create', 'token', deployer, '--duration=1h'])).trim();
  const config = new KubeConfig();
  config.loadFromDefault();
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('KUBECONFIG has no current cluster');
  config.loadFromClusterAndUser(cluster, { name: 'deployer', token });
  return createCluster(createTransport(config), () => Promise.reject(new Error('no smoke test in this test')));
}

const dryRun = (cluster: Cluster, charts: readonly Chart[] = everything) =>
  deploy(
    {
      cluster,
      namespace,
      owner: { product: product.name, environment: 'local' },
      out: { line: () => {}, step: () => {}, showPending: () => {}, annotate: () => {}, result: () => {} },
      signal: new AbortController().signal,
      smoke: () => Promise.reject(new Error('no smoke test in this test')),
    },
    {
      environment: 'local',
      image: unpulled,
      charts,
      actor: 'rights.test',
      timeoutSeconds: 120,
      soakSeconds: 0,
      dryRun: true,
      rollback: true,
      onEvidence: async () => {},
    },
  );

/** Gives the deployer these rights and no others, and waits until the API server judges by them. */
async function give(cluster: Cluster, rights: readonly RbacPermission[], missing: readonly RbacPermission[]): Promise<void> {
  const rules = rights.map(({ group, resource, verb }) => ({ apiGroups: [group], resources: [resource], verbs: [verb] }));
  if (role === undefined) throw new Error('the platform chart has no Role');
  await connect().cluster.apply({ ...role, rules }, { force: true });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const found = await missingPermissions(cluster, namespace, needed);
    if (found.map(permissionText).join() === missing.map(permissionText).join()) return;
    await sleep(50);
  }
  throw new Error('the API server does not judge by the new Role');
}

/** What a deploy would have written: its lock, its record, an object. */
const written = async () => (await getJson('leases,configmaps,deployments,jobs,services', '-n', namespace)).items.map(Object);

function rights() {
  describe("The deployer's Role", () => {
    let cluster: Cluster;
    let before = 0;
    beforeAll(async () => {
      record('right that is taken away', 'deploy', 'it says');
      await apply(platform);
      cluster = await asDeployer();
      await give(cluster, needed, []);
      before = (await written()).length;
    }, 60_000);
    afterAll(async () => {
      printLedger();
      await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    });

    test('contains exactly the permissions that the tool uses, and watch', () => {
      expect(rbacPermissionsOf(Object(role).rules).filter(({ verb }) => verb !== 'watch')).toEqual(needed);
    });

    test('is enough for a plan', async () => {
      expect(await dryRun(cluster, builtInOnly(everything))).toMatchObject({ outcome: 'planned' });
    });

    test.each(needed.map((right) => [permissionText(right), right] as const))('cannot do without %s', async (text, right) => {
      await give(
        cluster,
        needed.filter((each) => each !== right),
        [right],
      );
      const rejected = await dryRun(cluster).catch((error: unknown) => error);
      expect(rejected).toMatchObject({
        exitCode: exitCodes.rejected,
        message: `nothing was written: in namespace ${namespace} this account may not ${text}`,
      });
      expect(await written()).toHaveLength(before);
      record(text, `exit ${exitCodes.rejected}`, Object(rejected).message);
    });

    test('does without nothing that it has not', async () => {
      await give(cluster, needed, []);
      for (const text of [
        'get secrets',
        'patch roles.rbac.authorization.k8s.io',
        'delete persistentvolumeclaims',
        'create pods/exec',
        'create pods',
      ]) {
        const [, verb = '', resource = ''] = /^(\w+) (\S+)$/.exec(text) ?? [];
        const answer = await kubectl([
          'auth',
          'can-i',
          verb,
          resource,
          '-n',
          namespace,
          `--as=system:serviceaccount:${namespace}:${deployer}`,
        ]).catch(String);
        expect(answer).toContain('no');
      }
    });
  });
}

if (missing) test.skip(`skipped: ${missing}`, () => {});
else rights();
