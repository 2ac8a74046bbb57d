import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deployments } from '../../manifests/environments/index.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { getJson, kubectl, kubectlResult, setup } from './cluster.ts';
import { asText, createMissingNamespaces } from './control-plane.ts';
import { printLedger, record } from './ledger.ts';
import { until } from './whole.ts';

const found = setup();
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else acceptance(found.images.one);

const realNodes = async () =>
  (await getJson('nodes', '-l', 'type!=kwok')).items.map((node: { metadata: { name: string } }) => node.metadata.name);

/** How many objects of each kind. */
function counts(objects: readonly KubernetesObject[]): string {
  const byKind = Object.groupBy(objects, ({ kind }) => kind);
  return Object.entries(byKind)
    .map(([kind, list = []]) => `${list.length} ${kind}`)
    .sort((one, other) => one.slice(one.indexOf(' ')).localeCompare(other.slice(other.indexOf(' '))))
    .join(', ');
}

/** Pods that controllers could not make, by the reason: Pod Security only warns about the controllers themselves. */
async function rejectedPods(namespaces: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(namespaces.map((each) => getJson('events', '-n', each, '--field-selector', 'reason=FailedCreate')));
  return lists.flatMap(({ items }) => items.map(({ message }: { message: string }) => message));
}

/** Controllers that ought to have a pod by now, and the pods that there are. */
async function controllersWithoutPods(objects: readonly KubernetesObject[], namespaces: readonly string[]): Promise<string[]> {
  const lists = await Promise.all(namespaces.map((each) => getJson('pods', '-n', each)));
  const pods: string[] = lists.flatMap(({ items }) => items.map(({ metadata }: { metadata: { name: string } }) => metadata.name));
  return objects
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind))
    .map(({ metadata }) => metadata.name)
    .filter((name) => !pods.some((pod) => pod.startsWith(`${name}-`)));
}

/** Every document as the API server takes it. Nodes are cordoned meanwhile: pods are created and validated, but not scheduled. */
function acceptance(image: string) {
  describe('The API server', () => {
    let nodes: string[] = [];
    beforeAll(async () => {
      record('environment', 'objects', 'kinds');
      nodes = await realNodes();
      await kubectl(['cordon', ...nodes]);
    });
    afterAll(async () => {
      await kubectl(['uncordon', ...nodes]);
      printLedger();
    });

    test.each(Object.entries(deployments))(
      'takes every object of %s and makes its pods, and the same again changes nothing',
      async (name, environment) => {
        const charts = synthesizeEnvironment({ ...environment, namespace: `accepted-${name}` }, image);
        const objects = charts.flatMap((chart) => chart.objects);
        const namespaces = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
        await kubectl(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--timeout=120s']);
        await createMissingNamespaces(objects);
        for (const chart of charts) await kubectl(['apply', '--server-side', '-f', '-'], asText(chart.objects));
        for (const { kind, metadata } of objects.filter((object) => object.kind === 'CronJob'))
          await kubectl(['create', 'job', `${metadata.name}-now`, '-n', metadata.namespace ?? '', `--from=${kind}/${metadata.name}`]);
        expect(
          await until(
            () => controllersWithoutPods(objects, namespaces),
            ({ length }) => length === 0,
            30,
          ),
        ).toEqual([]);
        expect(await rejectedPods(namespaces)).toEqual([]);
        const diff = await kubectlResult(['diff', '--server-side', '-f', '-'], asText(objects));
        expect({ code: diff.code, text: diff.stdout + diff.stderr }).toEqual({ code: 0, text: '' });
        record(name, String(objects.length), counts(objects));
        await kubectl(['delete', 'namespace', ...namespaces, '--wait=false']);
      },
      120_000,
    );
  });
}
