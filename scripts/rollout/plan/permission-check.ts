import { deployerRules, type RbacPermission, rbacPermissionsOf } from '../../../manifests/constructs/deployer-role.ts';
import { Failure } from '../../cli/failure.ts';
import type { Output } from '../../cli/output.ts';
import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { at, isRecord, listAt } from '../../values/json.ts';
import { type Chart, withoutAdminCharts } from './deploy-order.ts';

/** Permissions that a rollout of these charts requires: those of the deployer's Role except `watch`, which only saves requests. */
export const requiredPermissions = (charts: readonly Chart[]): RbacPermission[] =>
  rbacPermissionsOf(deployerRules(withoutAdminCharts(charts).flatMap(({ objects }) => objects))).filter(({ verb }) => verb !== 'watch');

interface PermissionCheck {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly out: Pick<Output, 'line'>;
}

/**
 * Checks before planning that this account has the permissions that a rollout of the charts requires.
 * @throws {Failure} `rejected`, naming the missing permissions
 */
export async function assertPermissions({ cluster, namespace, out }: PermissionCheck, charts: readonly Chart[]): Promise<void> {
  const missing = await missingPermissions(cluster, namespace, requiredPermissions(charts)).catch((error: unknown) => {
    // If the account may not create reviews, the plan reports missing permissions.
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    out.line(`permissions are not checked in advance: ${error.message}`);
    return [];
  });
  if (missing.length === 0) return;
  throw new Failure(
    'rejected',
    `nothing was written: in namespace ${namespace} this account may not${listed(missing)}`,
    'a cluster administrator applies the platform chart of this version again: leyenda synth, then kubectl apply --server-side -f dist/<environment>/platform.yaml',
  );
}

const mostNamed = 8;
/** By resource, at most eight: `create, patch deployments.apps; list events`. */
function listed(permissions: readonly RbacPermission[]): string {
  const byResource = Map.groupBy(permissions, ({ group, resource }) => `${resource}${group === '' ? '' : `.${group}`}`);
  const texts = [...byResource].map(([resource, same]) => `${same.map(({ verb }) => verb).join(', ')} ${resource}`);
  const more = texts.length - mostNamed;
  const count = more > 0 ? `: ${permissions.length} permissions on ${texts.length} kinds are missing, such as ` : ' ';
  return `${count}${texts.slice(0, mostNamed).join('; ')}${more > 0 ? ` and ${more} more kinds` : ''}`;
}

/** As `kubectl auth can-i` takes it: `patch deployments.apps`. */
export const permissionText = ({ group, resource, verb }: RbacPermission): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

/**
 * The permissions that this account does not have. Those that the returned rules do not cover are checked one by one, since not every
 * authorizer can list its rules.
 * @throws {ApiError} if the API server does not support reviews
 */
export async function missingPermissions(
  cluster: Cluster,
  namespace: string,
  needed: readonly RbacPermission[],
): Promise<RbacPermission[]> {
  const rules = listAt(await cluster.review('selfsubjectrulesreviews', { namespace }), 'resourceRules').filter(isRecord);
  const uncertain = needed.filter((permission) => !rules.some((rule) => covers(rule, permission)));
  const allowed = await Promise.all(uncertain.map((permission) => isAllowed(cluster, namespace, permission)));
  return uncertain.filter((_, position) => !allowed[position]);
}

async function isAllowed(cluster: Cluster, namespace: string, { group, resource: path, verb }: RbacPermission): Promise<boolean> {
  const [resource, subresource] = path.split('/');
  const resourceAttributes = { namespace, group, resource, verb, ...(subresource === undefined ? {} : { subresource }) };
  return at(await cluster.review('selfsubjectaccessreviews', { resourceAttributes }), 'allowed') === true;
}

/** Whether a rule grants the permission for all objects. */
function covers(rule: Readonly<Record<string, unknown>>, { group, resource, verb }: RbacPermission): boolean {
  const has = (field: string, value: string) => [value, '*'].some((text) => listAt(rule, field).includes(text));
  return listAt(rule, 'resourceNames').length === 0 && has('apiGroups', group) && has('resources', resource) && has('verbs', verb);
}
