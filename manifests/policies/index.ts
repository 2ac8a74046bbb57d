import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { declaredConnections, defaultDeny } from './connections.ts';
import { noHostAccess } from './host-access.ts';
import { declaredNamespaces, labelled, noDuplicates } from './identity.ts';
import { pinnedImages } from './images.ts';
import { InvalidManifestsError } from './invalid-manifests.ts';
import { boundedJobs } from './jobs.ts';
import type { Policy } from './policy.ts';
import { configuredListeners, probed, probePorts } from './probes.ts';
import { quotaHasRoom } from './quota.ts';
import { existingReferences } from './references.ts';
import { resources } from './resources.ts';
import { restricted } from './restricted.ts';
import { rollsWithoutLoss, spreadOut } from './rolling.ts';
import { annotationsExist, routesHang, routesLead } from './routes.ts';
import { budgets, scaling } from './scaling.ts';
import { noSecretValues } from './secrets.ts';
import { matchingSelectors } from './selectors.ts';
import { graceCoversShutdown } from './shutdown.ts';
import { immutableConfiguration, keptVolumes } from './storage.ts';
import { accepted } from './valid-objects.ts';
import { readSettings, variablesOnce } from './variables.ts';

const all = {
  accepted,
  restricted,
  noHostAccess,
  resources,
  quotaHasRoom,
  pinnedImages,
  probed,
  probePorts,
  configuredListeners,
  noSecretValues,
  variablesOnce,
  readSettings,
  existingReferences,
  immutableConfiguration,
  matchingSelectors,
  routesLead,
  routesHang,
  annotationsExist,
  scaling,
  budgets,
  spreadOut,
  rollsWithoutLoss,
  graceCoversShutdown,
  boundedJobs,
  keptVolumes,
  declaredNamespaces,
  noDuplicates,
  labelled,
  defaultDeny,
  declaredConnections,
} as const satisfies Record<string, Policy>;
export type PolicyName = keyof typeof all;

/** Every policy, by name. */
export const policies: Readonly<Record<PolicyName, Policy>> = all;

/**
 * @param paths the construct's path of each object, by `Kind/name`
 * @throws with every violation of every policy; one that is about an object begins with the path of its construct
 */
export function checkPolicies(
  objects: readonly KubernetesObject[],
  environment: Environment,
  paths: ReadonlyMap<string, string> = new Map(),
): void {
  const pathOf = (violation: string) => [...paths].find(([name]) => violation.startsWith(`${name} `))?.[1];
  const violations = (names: readonly PolicyName[]) =>
    names.flatMap((name) =>
      policies[name](objects, environment).map((violation) => {
        const path = pathOf(violation);
        return `${path ? `${path}: ` : ''}${violation} (policy ${name})`;
      }),
    );
  // The other policies read fields that the API server would refuse.
  const refused = violations(['accepted']);
  if (refused.length > 0) throw new InvalidManifestsError(refused);
  const found = violations(Object.keys(policies).filter((name): name is PolicyName => name in policies && name !== 'accepted'));
  if (found.length > 0) throw new InvalidManifestsError(found);
}
