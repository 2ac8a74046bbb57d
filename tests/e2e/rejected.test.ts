import { describe, expect, test } from '@jest/globals';
import type { DeploymentName } from '../../manifests/environments/index.ts';
import { local } from '../../manifests/environments/local.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import { objectExamples, stricterThanApiServer } from '../../manifests/policies/examples/valid-objects.ts';
import { synthesize } from '../../manifests/synth.ts';
import { connect } from '../../scripts/connection/connect.ts';
import { missing } from './control-plane.ts';

const known = new Map<DeploymentName, readonly KubernetesObject[]>();
function objectsOf(name: DeploymentName): readonly KubernetesObject[] {
  const objects = known.get(name) ?? synthesize(name).flatMap((chart) => chart.objects);
  known.set(name, objects);
  return objects;
}

/** The object that an example changes, in a namespace that every cluster has. */
function mistaken({ environment: of = 'production', change }: (typeof objectExamples)[number]): KubernetesObject {
  const sound = objectsOf(of);
  const object = change(sound).find((changed, at) => JSON.stringify(changed) !== JSON.stringify(sound[at]));
  if (object === undefined) throw new Error('the example changes nothing');
  const { namespace } = object.metadata;
  return namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}

if (missing) test.skip(`skipped: ${missing}`, () => {});
else
  describe('The API server rejects what synth rejects', () => {
    const { cluster } = connect();
    const rejected = objectExamples.filter(({ mistake }) => !stricterThanApiServer.has(mistake));

    test.each(rejected.map((example) => [example.mistake, example] as const))('%s', async (_mistake, example) => {
      await expect(cluster.apply(mistaken(example), { dryRun: true, force: true })).rejects.toThrow(
        /invalid|failed to|Invalid|Required|unable/,
      );
    });

    test('and takes the object without the mistake', async () => {
      const [service] = synthesize('local').flatMap(({ objects }) => objects.filter(({ kind }) => kind === 'Service'));
      if (service === undefined) throw new Error(`${local.name} has no Service`);
      const inDefault = { ...service, metadata: { ...service.metadata, namespace: 'default' } };
      await expect(cluster.apply(inDefault, { dryRun: true, force: true })).resolves.toMatchObject({ kind: 'Service' });
    });
  });
