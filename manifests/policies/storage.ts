import * as z from 'zod';
import { containersIn, kindAndName, objectsOfKind, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const statefulSet = z.object({
  persistentVolumeClaimRetentionPolicy: z
    .object({ whenDeleted: z.string().default('Retain'), whenScaled: z.string().default('Retain') })
    .prefault({}),
});

/** Volumes of a StatefulSet are kept when it is deleted or scaled down. */
export const retainedVolumes: Policy = (objects) =>
  objectsOfKind(objects, 'StatefulSet').flatMap((object) =>
    Object.entries(statefulSet.parse(object.spec).persistentVolumeClaimRetentionPolicy)
      .filter(([, policy]) => policy !== 'Retain')
      .map(([when, policy]) => `${kindAndName(object)} would delete its volumes (${when}: ${policy}): use Retain`),
  );

/** ConfigMaps that pods read are immutable and named by their content, so a rollback finds the old one. */
export const immutableConfiguration: Policy = (objects) => {
  const read = new Set([
    ...containersIn(objects).flatMap(({ env, envFrom }) => [
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ]),
    ...workloadsIn(objects).flatMap(({ template }) => template.spec.volumes.map(({ configMap }) => configMap?.name)),
  ]);
  return objectsOfKind(objects, 'ConfigMap')
    .filter((object) => read.has(object.metadata.name) && object.immutable !== true)
    .map((object) => `${kindAndName(object)} is read by pods, but may change while they run: set immutable, and name it by its content`);
};
