import { metadataKeys } from '../../../contract/product.ts';
import type { SchemaCompatibility } from '../../../contract/schema.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label, refOf } from '../../cluster/objects.ts';
import { listAt, textAt } from '../../values/json.ts';
import type { Chart } from '../plan/deploy-order.ts';

interface Migration {
  readonly job: KubeObject;
  readonly claim: SchemaCompatibility;
}

/** The migration of a release that declares its schema; one without a declaration is compatible with all releases. */
function migrationOf(charts: readonly Chart[]): Migration | undefined {
  const jobs = charts.flatMap(({ objects }) => objects).filter(({ kind }) => kind === 'Job');
  return jobs.flatMap((job) => {
    const [version, compatibleFrom] = [
      job.metadata.annotations?.[metadataKeys.schema],
      job.metadata.annotations?.[metadataKeys.schemaCompatibleFrom],
    ];
    return version === undefined || compatibleFrom === undefined ? [] : [{ job, claim: { version, compatibleFrom } }];
  })[0];
}

/** Whether a release works on the schema of another release's migration. Step names are numbered and sort in order. */
const isCompatible = (on: SchemaCompatibility, { version }: SchemaCompatibility): boolean => version >= on.compatibleFrom;

/**
 * Why a rollback is not possible: the migration of a later release has completed, and its schema is not compatible with the earlier one.
 * Undefined if it is possible.
 */
export async function schemaConflict(
  cluster: Cluster,
  later: readonly (readonly Chart[])[],
  earlier: readonly Chart[],
): Promise<string | undefined> {
  const target = migrationOf(earlier);
  if (target === undefined) return undefined;
  for (const migration of later.map(migrationOf)) {
    if (migration === undefined || isCompatible(migration.claim, target.claim) || !(await isCompleted(cluster, migration.job))) continue;
    const name = label({ kind: 'Job', name: migration.job.metadata.name });
    const { version, compatibleFrom: serves } = migration.claim;
    return `${name} has migrated the schema to ${version}, which is compatible with releases from ${serves} on; the earlier release has ${target.claim.version}`;
  }
  return undefined;
}

/** A Job that no longer exists counts as completed: in doubt the rollback is blocked. */
async function isCompleted(cluster: Cluster, job: KubeObject): Promise<boolean> {
  const live = await cluster.get(refOf(job));
  const isTrue = (type: string) =>
    listAt(live, 'status', 'conditions').some((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True');
  return live === undefined || isTrue('Complete') || isTrue('SuccessCriteriaMet');
}
