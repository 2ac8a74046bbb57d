import { metadataKeys } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { BackupError } from '../../service/backup/backup-error.ts';
import { Deadline } from '../cluster/clock.ts';
import { type KubeObject, refOf } from '../cluster/objects.ts';
import type { ReleaseRecord } from '../rollout/record/release-history.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';
import { numberAt } from '../values/json.ts';

type RoleContext = Pick<RolloutContext, 'cluster' | 'namespace'>;
type Charts = ReleaseRecord['charts'];

/** Replicas before the stop: after an interruption, the next restore starts as many. */
const replicasKey = 'leyenda.dev/replicas-before-restore';
const roles = `${metadataKeys.component} in (${workloadRoles.join(', ')})`;
const stopSeconds = 180;

const isRole = (object: KubeObject) => workloadRoles.some((role) => object.metadata.labels?.[metadataKeys.component] === role);

/** The Deployments of the release's roles, as they are. */
async function deployments({ cluster, namespace }: RoleContext, charts: Charts): Promise<KubeObject[]> {
  const released = charts.flatMap(({ objects }) => objects).filter((object) => object.kind === 'Deployment' && isRole(object));
  const live = await Promise.all(
    released.map(({ apiVersion, kind, metadata: { name } }) => cluster.get({ apiVersion, kind, name, namespace })),
  );
  return live.filter((object) => object !== undefined);
}

/** Scales all roles to 0, where autoscalers leave them, and waits until no pod is left. */
export async function stopRoles(context: RoleContext, charts: Charts): Promise<void> {
  const { cluster, namespace } = context;
  for (const deployment of await deployments(context, charts)) {
    const replicas = numberAt(deployment, 'spec', 'replicas') ?? 1;
    if (replicas === 0) continue;
    const annotations = { [replicasKey]: String(replicas) };
    await cluster.patch(refOf(deployment), { metadata: { annotations }, spec: { replicas: 0 } });
  }
  const end = new Deadline(cluster.clock, stopSeconds);
  for (;;) {
    const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, roles);
    if (pods.length === 0) return;
    if (end.isOver) {
      const names = pods.map(({ metadata }) => metadata.name).join(', ');
      throw new BackupError(`these pods do not end: ${names}`, `kubectl -n ${namespace} describe pod ${names.split(', ')[0]}`);
    }
    await cluster.clock.sleep(500);
  }
}

/** Scales the roles that were stopped to their former replicas. */
export async function startRoles(context: RoleContext, charts: Charts): Promise<void> {
  for (const deployment of await deployments(context, charts)) {
    const replicas = Number(deployment.metadata.annotations?.[replicasKey]);
    if (!Number.isInteger(replicas)) continue;
    const annotations = { [replicasKey]: null };
    await context.cluster.patch(refOf(deployment), { metadata: { annotations }, spec: { replicas } });
  }
}
