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

/** The migration of a release that says what schema it leaves; those that do not say are taken to leave one that serves all. */
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

/** Whether the schema after one release's migration is one that another release works on. Steps are numbered: their names sort. */
const isCompatible = (on: SchemaCompatibility, { version }: SchemaCompatibility): boolean => version >= on.compatibleFrom;

/**
 * Why an earlier release must not be brought back: the migration of a later one ran to its end, and left a schema on which the earlier one does
 * not work (rule 4). Undefined where nothing stands against it.
 */
export async function schemaConflict(
  cluster: Cluster,
  later: readonly (readonly Chart[])[],
  earlier: readonly Chart[],
): Promise<string | undefined> {
  const target = migrationOf(earlier);
  if (target === undefined) return undefined;
  for (const migration of later.map(migrationOf)) {
    if (migration === undefined || isCompatible(migration.claim, target.claim) || !(await hasRun(cluster, migration.job))) continue;
    const name = label({ kind: 'Job', name: migration.job.metadata.name });
    const { version, compatibleFrom: serves } = migration.claim;
    return `${name} has brought the schema to ${version}, which serves releases from ${serves} on; the release to bring back knows ${target.claim.version}`;
  }
  return undefined;
}

/** A Job that is not there any more counts as run: a doubt must not break a database. */
async function hasRun(cluster: Cluster, job: KubeObject): Promise<boolean> {
  const live = await cluster.get(refOf(job));
  const isTrue = (type: string) =>
    listAt(live, 'status', 'conditions').some((one) => textAt(one, 'type') === type && textAt(one, 'status') === 'True');
  return live === undefined || isTrue('Complete') || isTrue('SuccessCriteriaMet');
}
