import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { names } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { local } from '../../manifests/environments/local.ts';
import { matrixOf } from '../../manifests/network/matrix.ts';
import { type MatrixPeer, matrixPeers } from '../../manifests/network/matrix-peers.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { startClient } from './client.ts';
import { edgeNamespace, getJson, kubectl, kubectlResult, namespace, setup } from './cluster.ts';
import { readyPods } from './components.ts';
import { printLedger, record, seconds } from './ledger.ts';
import { givenLocal } from './local-environment.ts';
import { loadEnded } from './marks.ts';
import { startProbe } from './probe-pod.ts';
import { until, whole } from './whole.ts';

const found = setup();
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else network(found.images.one);

const objects = synthesizeEnvironment(local).flatMap((chart) => chart.objects);
const places = matrixPeers(objects, local);
const expected = new Map(
  matrixOf(objects, local)
    .filter(({ protocol }) => protocol === 'TCP')
    .map(({ from, to, port, allowed }) => [`${from} → ${to}:${port}`, allowed]),
);

interface Target {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly pod?: string;
  /** Not a pod: nothing listens there. */
  readonly outside: boolean;
}
interface Source {
  readonly name: string;
  readonly namespace: string;
  readonly pod: string;
}

const foreignPod = 'e2e-foreign-pod';
const elsewhere = 'elsewhere';
/** The pods of a place where a component is. */
const podsAt = async ({ name, traffic, components }: MatrixPeer) =>
  'namespace' in traffic && components.length > 0 ? readyPods(traffic.namespace, name) : [];

/** Network peers that are pods of this namespace or of another one; missing ones are started here. */
async function sourceOf(place: MatrixPeer, image: string): Promise<Source | undefined> {
  const { name, traffic } = place;
  if (!('namespace' in traffic)) return undefined;
  const [pod] = await podsAt(place);
  if (pod) return { name, namespace: traffic.namespace, pod: pod.metadata.name };
  if (name === 'edge') return { name, namespace: edgeNamespace, pod: 'client' };
  // The cluster's own, and what cannot be had here.
  if (name === 'dns' || !(name === 'migrate' || name === 'unlabelled pod' || name === 'same labels elsewhere')) return undefined;
  const own = `${foreignPod}-${name.replaceAll(' ', '-')}`;
  await startProbe(image, traffic.namespace, own, traffic.labels);
  return { name, namespace: traffic.namespace, pod: own };
}

/** Listening targets: each port of each pod, and addresses. */
async function targetsOf(place: MatrixPeer): Promise<Target[]> {
  const { name, traffic } = place;
  if (!('namespace' in traffic))
    return [local.ports.https, local.ports.web].map((port) => ({ name, address: traffic.address, port, outside: true }));
  const selector = name === 'dns' ? ['-l', 'k8s-app=kube-dns'] : [];
  const listed = name === 'dns' ? (await getJson('pods', '-n', traffic.namespace, ...selector)).items : await podsAt(place);
  // Another pod than the client if there are several: a pod can always reach itself.
  const pod = listed.at(-1);
  const ports = name === 'dns' ? [local.ports.dns] : traffic.ports.map(({ containerPort }) => containerPort);
  return pod ? ports.map((port) => ({ name, address: pod.status.podIP, pod: pod.metadata.name, port, outside: false })) : [];
}

/**
 * Connects to them from a pod: to addresses one by one, since the kernel limits ICMP errors per second, then to the pods at
 * once. `rejected`: the policies reject the connection; `silent`: there was no response.
 */
async function tryAll({ namespace: where, pod }: Source, targets: readonly Target[]): Promise<Map<Target, string>> {
  const attempt = ({ address, port, outside }: Target, index: number) => `t ${index} ${address} ${port} ${outside ? '; sleep 0.3' : '&'}`;
  const program = `t() { said=$( { timeout 3 bash -c "exec 3<>/dev/tcp/$2/$3"; } 2>&1 ); code=$?; echo "$1 $code \${said//$'\\n'/ }"; }
    ${targets.map(attempt).join('\n')}
    wait`;
  const { stdout } = await kubectlResult(['exec', '-n', where, pod, '--', 'bash', '-c', program]);
  const verdict = (line: string) =>
    /^\d+ 0 /.test(line) ? 'open' : /refused/.test(line) ? 'rejected' : /^\d+ 124 /.test(line) ? 'silent' : line;
  return new Map(
    stdout
      .split('\n')
      .filter((line) => /^\d+ /.test(line))
      .flatMap((line) => {
        const target = targets[Number(line.split(' ')[0])];
        return target ? [[target, verdict(line)] as const] : [];
      }),
  );
}

/** Whether a connection ended as the policies require. External addresses do not respond: an allowed connection times out, a denied one is rejected. */
function agrees(allowed: boolean, { outside }: Target, seen: string | undefined): boolean {
  if (seen === undefined) return false;
  return outside ? allowed === (seen !== 'rejected') : allowed === (seen === 'open');
}

/** What a source finds open and shut, and where that is not what the policies say. */
async function tried(source: Source, all: readonly Target[]) {
  const allows = ({ name, port }: Target) => expected.get(`${source.name} → ${name}:${port}`);
  const targets = all.filter((target) => allows(target) !== undefined && target.pod !== source.pod);
  const wrong = (seen: Map<Target, string>) => targets.filter((target) => !agrees(allows(target) === true, target, seen.get(target)));
  // The first moments of a pod may precede its rules.
  const seen = await until(
    () => tryAll(source, targets),
    (each) => wrong(each).length === 0,
    40,
  );
  const texts = (list: readonly Target[]) => list.map(({ name, port }) => `${name}:${port}`).join(' ');
  return {
    source: source.name,
    open: texts(targets.filter((target) => allows(target))),
    shut: texts(targets.filter((target) => !allows(target))),
    differing: wrong(seen).map((target) => `${source.name} → ${texts([target])} was ${seen.get(target)}`),
  };
}

function network(image: string) {
  describe('The network', () => {
    beforeAll(async () => {
      record('from', 'open', 'rejected');
      await givenLocal(image);
      await startClient(image);
      await whole(120);
      await kubectl(['create', 'namespace', elsewhere]).catch(() => {});
    }, 300_000);
    afterAll(async () => {
      printLedger();
      await kubectl(['delete', 'namespace', elsewhere, '--ignore-not-found', '--wait=false']);
    });

    test('is open exactly where the policies say, tried from inside every pod', async () => {
      const targets = (await Promise.all(places.map(targetsOf))).flat().sort((one, other) => Number(other.outside) - Number(one.outside));
      const sources = [];
      for (const place of places) {
        const source = await sourceOf(place, image);
        if (source) sources.push(source);
      }
      const verdicts = await Promise.all(sources.map((source) => tried(source, targets)));
      for (const { source, open, shut } of verdicts) record(source, open || '-', shut);
      expect(verdicts.flatMap(({ differing }) => differing)).toEqual([]);
      expect(sources.map(({ name }) => name)).toEqual(
        expect.arrayContaining([...workloadRoles, 'migrate', 'postgres', 'redis', 'edge', 'unlabelled pod', 'same labels elsewhere']),
      );
    }, 300_000);

    test('after the load, the autoscaler takes the API back to its least', async () => {
      const { metadata } = await getJson('namespace', edgeNamespace);
      const ended = Number(metadata.annotations?.[loadEnded] ?? Number.NaN);
      const { min } = local.workloads.api.scaling;
      const replicas = async () => (await getJson('deployment', names.api, '-n', namespace)).spec.replicas;
      expect(await until(replicas, (now) => now === min, 300)).toBe(min);
      const { status } = await getJson('hpa', names.autoscalers.api, '-n', namespace);
      const scaled = Date.parse(status.lastScaleTime);
      record(
        'API scaled down again',
        `to ${min} pods`,
        scaled > ended ? `${seconds((scaled - ended) / 1000)} after the load` : 'there was no load',
      );
    }, 330_000);
  });
}
