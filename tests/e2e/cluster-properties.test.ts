import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { componentLabels } from '../../manifests/constructs/labels.ts';
import type { Endpoint } from '../../manifests/environments/cluster-properties.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { local } from '../../manifests/environments/local.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { connect } from '../../scripts/connection/connect.ts';
import { assertServerVersion } from '../../scripts/rollout/plan/server-version.ts';
import { requestOver } from '../../scripts/rollout/verify/smoke-test.ts';
import { getJson, kubectl, kubectlResult, setup } from './cluster.ts';
import { printLedger, record } from './ledger.ts';
import { type PathProxy, startPathProxy } from './path-proxy.ts';
import { startProbe } from './probe-pod.ts';
import { until } from './whole.ts';

jest.setTimeout(120_000);

const namespace = 'e2e-properties';
const models = 'e2e-models';
const image = setup();
if ('missing' in image) test.skip(`skipped: ${image.missing}`, () => {});
else properties(image.images.one);

const vllm: Endpoint = { kind: 'in-cluster', service: 'vllm', namespace: models, labels: { app: 'vllm' }, port: 80, podPort: 8000 };

/** Exports in a bucket: pods with a volume of one node cannot spread. */
const { exports: _, ...rest } = local;
const spreading: Environment = { ...rest, config: { ...local.config, S3_BUCKET: 'exports' } };
/** The objects of `local` in the namespace of this test, of some kinds. */
const objectsOf = (fields: Partial<Environment>, ...kinds: string[]) =>
  synthesizeEnvironment({ ...spreading, namespace, ...fields })
    .flatMap(({ objects }) => objects)
    .filter(({ kind, metadata }) => kinds.includes(kind) && (metadata.namespace === namespace || kind === 'PriorityClass'));
const apply = (items: readonly object[]) =>
  kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));

interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}
const zoneLabel = 'topology.kubernetes.io/zone';

/** Listens on 8000 and 8001, as a model and another server. */
async function startModel(own: string): Promise<void> {
  const serve = "for (const port of [8000, 8001]) require('node:http').createServer((_, answer) => answer.end('model')).listen(port)";
  const security = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const container = { name: 'vllm', image: own, command: ['node', '-e', serve], securityContext: security };
  const metadata = { name: 'vllm', namespace: models, labels: { app: 'vllm' } };
  const securityContext = { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } };
  const ports = [
    { name: 'model', port: 80, targetPort: 8000 },
    { name: 'other', port: 81, targetPort: 8001 },
  ];
  await apply([
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: { terminationGracePeriodSeconds: 1, securityContext, containers: [container] } },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'vllm' }, ports } },
  ]);
  await kubectl(['wait', '-n', models, 'pod/vllm', '--for=condition=Ready', '--timeout=60s']);
}

/** What the API's pod gets from the model: its response, or that there was none. */
async function called(port: number): Promise<string> {
  const program = `fetch('http://vllm.${models}.svc:${port}/', { signal: AbortSignal.timeout(2000) }).then((r) => r.text()).then(console.log)`;
  const { code, stdout } = await kubectlResult(['exec', '-n', namespace, 'api-probe', '--', 'node', '-e', program]);
  return code === 0 ? stdout.trim() : 'denied';
}

function properties(own: string) {
  describe('The properties of a cluster', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'leyenda-properties-'));
    const before = process.env.KUBECONFIG;
    let proxy: PathProxy;

    beforeAll(async () => {
      for (const name of [namespace, models]) await kubectl(['create', 'namespace', name]).catch(() => {});
      await startModel(own);
      await startProbe(own, namespace, 'api-probe', componentLabels(local, 'api'));
      const config = new KubeConfig();
      config.loadFromDefault();
      proxy = await startPathProxy(config);
    });
    afterAll(async () => {
      printLedger();
      process.env.KUBECONFIG = before;
      proxy.close();
      rmSync(scratch, { recursive: true });
      await kubectl(['delete', 'clusterrolebinding', namespace, '--ignore-not-found']);
      for (const name of [namespace, models]) await kubectl(['delete', 'namespace', name, '--wait=false', '--ignore-not-found']);
    });

    /** What a call of the model returns once the policies apply. */
    const settled = (port: number, expected: string) =>
      until(
        () => called(port),
        (answer) => answer === expected,
        30,
      );

    test('a model in the cluster is reached if it is declared, on its port only, and denied if it is not', async () => {
      expect(await settled(80, 'model')).toBe('model');
      await apply(objectsOf({}, 'NetworkPolicy'));
      expect(await settled(80, 'denied')).toBe('denied');
      await apply(objectsOf({ models: [vllm] }, 'NetworkPolicy'));
      expect(await settled(80, 'model')).toBe('model');
      expect(await called(81)).toBe('denied');
      record('model in the cluster', 'without policies: open', 'not declared: denied', 'declared: open, another port denied');
    });

    test('PostgreSQL starts with the declared pull secret, on a volume of the declared class', async () => {
      const [first] = (await getJson('storageclass')).items;
      const storageClass: string = first?.metadata.name ?? '';
      expect(storageClass).not.toBe('');
      const password = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: local.names.secrets, namespace },
        stringData: { POSTGRES_PASSWORD: 'pw' },
      };
      const registry = { auths: { 'registry.example': { auth: Buffer.from('user:password').toString('base64') } } };
      const pull = {
        ...{ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/dockerconfigjson', metadata: { name: 'registry', namespace } },
        stringData: { '.dockerconfigjson': JSON.stringify(registry) },
      };
      const fields: Partial<Environment> = { cluster: { storageClass, imagePullSecrets: ['registry'] } };
      await apply([password, pull, ...objectsOf(fields, 'PriorityClass', 'StatefulSet', 'ConfigMap')]);
      await kubectl(['rollout', 'status', '-n', namespace, `statefulset/${local.names.postgres}`, '--timeout=90s']);
      const pod = await getJson('pod', `${local.names.postgres}-0`, '-n', namespace);
      expect(pod.spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
      const claim = await getJson('pvc', `data-${local.names.postgres}-0`, '-n', namespace);
      expect(await kubectl(['logs', '-n', namespace, `statefulset/${local.names.postgres}`])).not.toBe('');
      expect([claim.spec.storageClassName, claim.status.phase]).toEqual([storageClass, 'Bound']);
      record('pull secret, storage class', 'accepted', `bound by ${storageClass}`);
    });

    test('pods of the API spread over zones, a manual scale is undone by the autoscaler, and a raised minimum lasts', async () => {
      const zones = new Map<string, string>(
        (await getJson('nodes', '-l', 'type=kwok')).items.map(({ metadata }: Node) => [metadata.name, metadata.labels[zoneLabel] ?? '']),
      );
      expect(new Set(zones.values()).size).toBeGreaterThan(1);
      const simulated = { nodeSelector: { type: 'kwok' }, tolerations: [{ operator: 'Exists' }] };
      const [api] = objectsOf({}, 'Deployment').filter(({ metadata }) => metadata.name === local.names.api);
      const { template, ...spec } = Object(api?.spec);
      const pods = { ...template, spec: { ...template.spec, ...simulated } };
      const scaler = objectsOf({}, 'HorizontalPodAutoscaler').filter(({ metadata }) => metadata.name === local.names.autoscalers.api);
      await apply([...objectsOf({}, 'PriorityClass', 'ConfigMap'), { ...api, spec: { ...spec, replicas: zones.size, template: pods } }]);
      const placed = async () => {
        const { items } = await getJson('pods', '-n', namespace, '-l', 'app.kubernetes.io/component=api');
        const own = items.filter(({ metadata }: Node) => metadata.name.startsWith(local.names.api));
        return own.map(({ spec: { nodeName } }: { spec: { nodeName?: string } }) => zones.get(nodeName ?? '') ?? '-');
      };
      const spread = await until(placed, (seen) => seen.length === zones.size && !seen.includes('-'), 60);
      expect(spread.toSorted()).toEqual([...zones.values()].toSorted());

      await apply(scaler);
      const replicas = async () => (await getJson('deployment', local.names.api, '-n', namespace)).spec.replicas;
      const { min, max } = local.workloads.api.scaling;
      await kubectl(['scale', '-n', namespace, `deployment/${local.names.api}`, '--replicas=1']);
      expect(await until(replicas, (now) => now === min, 60)).toBe(min);
      const raised = { spec: { minReplicas: max } };
      await kubectl(['patch', 'hpa', local.names.autoscalers.api, '-n', namespace, '--type=merge', '-p', JSON.stringify(raised)]);
      expect(await until(replicas, (now) => now === max, 60)).toBe(max);
      record('zones', spread.toSorted().join(' '), `scaled to 1: back at ${min}`, `minimum ${max}: ${max}`);
    });

    test('behind a path, the release tool lists, watches and forwards ports, and rejects an older API server', async () => {
      await kubectl(['create', 'serviceaccount', 'administrator', '-n', namespace]);
      await kubectl([
        'create',
        'clusterrolebinding',
        namespace,
        '--clusterrole=cluster-admin',
        `--serviceaccount=${namespace}:administrator`,
      ]);
      const token = (await kubectl(['create', 'token', 'administrator', '-n', namespace])).trim();
      const cluster = { server: proxy.server, 'insecure-skip-tls-verify': true };
      process.env.KUBECONFIG = join(scratch, 'config');
      writeFileSync(
        process.env.KUBECONFIG,
        JSON.stringify({
          ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'rancher' },
          clusters: [{ name: 'rancher', cluster }],
          users: [{ name: 'rancher', user: { token } }],
          contexts: [{ name: 'rancher', context: { cluster: 'rancher', user: 'rancher' } }],
        }),
      );
      const { cluster: behindPath } = connect();
      process.env.KUBECONFIG = before;
      const pods = { apiVersion: 'v1', kind: 'Pod', namespace: models };
      const { objects, resourceVersion } = await behindPath.snapshot(pods);
      expect(objects.map(({ metadata }) => metadata.name)).toEqual(['vllm']);

      const stop = new AbortController();
      const seen = new Promise<string>((resolve, reject) => {
        behindPath.watch(pods, resourceVersion, (event) => 'object' in event && resolve(event.type), stop.signal).catch(reject);
      });
      await kubectl(['label', 'pod', 'vllm', '-n', models, 'seen=true', '--overwrite']);
      expect(await seen).toBe('MODIFIED');
      stop.abort();

      const connection = await behindPath.forward({ ...pods, name: 'vllm' }, 8000);
      const { status } = await requestOver(connection, { method: 'GET', path: '/', host: 'localhost' }, AbortSignal.timeout(10_000));
      expect(status).toBe(200);

      await expect(assertServerVersion(behindPath)).resolves.toBeUndefined();
      proxy.version = { major: '1', minor: '29+' };
      await expect(assertServerVersion(behindPath)).rejects.toMatchObject({
        exitCode: exitCodes.rejected,
        message: 'the API server is Kubernetes 1.29, but 1.30 or later is required',
      });
      expect(proxy.requested.filter((each) => !each.includes(' /k8s/clusters/c-xyz/'))).toEqual([]);
      record('behind a path', `${proxy.requested.length} requests`, 'list, watch, port-forward', '1.29 rejected');
    });
  });
}
