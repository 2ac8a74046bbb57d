import { deployerRules, type RbacPermission, rbacPermissionsOf } from '../../../manifests/constructs/deployer-role.ts';
import { Failure } from '../../cli/failure.ts';
import type { Output } from '../../cli/output.ts';
import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { at, isRecord, listAt } from '../../values/json.ts';
import { type Chart, withoutAdminCharts } from './deploy-order.ts';

/** Everything that a rollout of these charts cannot do without: the rights of the deployer's Role except `watch`, which only saves calls. */
export const requiredPermissions = (charts: readonly Chart[]): RbacPermission[] =>
  rbacPermissionsOf(deployerRules(withoutAdminCharts(charts).flatMap(({ objects }) => objects))).filter(({ verb }) => verb !== 'watch');

interface PermissionCheck {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly out: Pick<Output, 'line'>;
}

/**
 * Before a plan: asks the API server whether this account may do what a rollout of the charts needs.
 * @throws {Failure} `rejected`, naming the rights that are missing; nothing was written
 */
export async function assertPermissions({ cluster, namespace, out }: PermissionCheck, charts: readonly Chart[]): Promise<void> {
  const missing = await missingPermissions(cluster, namespace, requiredPermissions(charts)).catch((error: unknown) => {
    // Whoever may not even ask is told by the plan itself what he may not do.
    if (!(error instanceof ApiError) || ![403, 404].includes(error.status)) throw error;
    out.line(`rights are not checked beforehand: ${error.message}`);
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
/** By resource: `create, patch deployments.apps; list events`; of an account that may do nothing, the first ones say enough. */
function listed(rights: readonly RbacPermission[]): string {
  const byResource = Map.groupBy(rights, ({ group, resource }) => `${resource}${group === '' ? '' : `.${group}`}`);
  const texts = [...byResource].map(([resource, same]) => `${same.map(({ verb }) => verb).join(', ')} ${resource}`);
  const more = texts.length - mostNamed;
  const count = more > 0 ? `: ${rights.length} permissions on ${texts.length} kinds are missing, such as ` : ' ';
  return `${count}${texts.slice(0, mostNamed).join('; ')}${more > 0 ? ` and ${more} more kinds` : ''}`;
}

/** As people say it: `patch deployments.apps`. */
export const permissionText = ({ group, resource, verb }: RbacPermission): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`}`;

/**
 * The rights that this account has not: what the rules that the server tells do not cover is asked for one by one, since not every
 * authorizer can tell its rules.
 * @throws ApiError where the server does not answer such questions
 */
export async function missingPermissions(
  cluster: Cluster,
  namespace: string,
  needed: readonly RbacPermission[],
): Promise<RbacPermission[]> {
  const rules = listAt(await cluster.review('selfsubjectrulesreviews', { namespace }), 'resourceRules').filter(isRecord);
  const uncertain = needed.filter((right) => !rules.some((rule) => covers(rule, right)));
  const allowed = await Promise.all(uncertain.map((right) => isAllowed(cluster, namespace, right)));
  return uncertain.filter((_, position) => !allowed[position]);
}

async function isAllowed(cluster: Cluster, namespace: string, { group, resource: path, verb }: RbacPermission): Promise<boolean> {
  const [resource, subresource] = path.split('/');
  const resourceAttributes = { namespace, group, resource, verb, ...(subresource === undefined ? {} : { subresource }) };
  return at(await cluster.review('selfsubjectaccessreviews', { resourceAttributes }), 'allowed') === true;
}

/** Whether a rule is about all objects and names the right, or everything. */
function covers(rule: Readonly<Record<string, unknown>>, { group, resource, verb }: RbacPermission): boolean {
  const has = (field: string, value: string) => [value, '*'].some((text) => listAt(rule, field).includes(text));
  return listAt(rule, 'resourceNames').length === 0 && has('apiGroups', group) && has('resources', resource) && has('verbs', verb);
}
