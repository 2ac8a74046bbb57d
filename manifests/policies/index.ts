import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { declaredConnections, defaultDeny } from './connections.ts';
import { gracePeriod } from './grace-period.ts';
import { noHostAccess } from './host-access.ts';
import { pinnedImages } from './images.ts';
import { InvalidManifestsError } from './invalid-manifests.ts';
import { jobDeadlines } from './job-deadlines.ts';
import { existingNamespaces, requiredLabels, uniqueObjects } from './metadata.ts';
import { podSecurity } from './pod-security.ts';
import type { Policy } from './policy.ts';
import { distinctProbes, hasProbes, listenPorts, probePorts } from './probes.ts';
import { quotaFits } from './quota.ts';
import { existingReferences, governingServices } from './references.ts';
import { resourceLimits } from './resource-limits.ts';
import { topologySpread, zeroDowntimeUpdates } from './rolling-updates.ts';
import { ingressAnnotations, routeBackends, routeListeners } from './routes.ts';
import { autoscalers, disruptionBudgets } from './scaling.ts';
import { noSecretValues } from './secrets.ts';
import { matchingSelectors } from './selectors.ts';
import { immutableConfiguration, retainedVolumes } from './storage.ts';
import { validObjects } from './valid-objects.ts';
import { uniqueVariables, usedSettings } from './variables.ts';

const all = {
  validObjects,
  podSecurity,
  noHostAccess,
  resourceLimits,
  quotaFits,
  pinnedImages,
  hasProbes,
  distinctProbes,
  probePorts,
  listenPorts,
  noSecretValues,
  uniqueVariables,
  usedSettings,
  existingReferences,
  governingServices,
  immutableConfiguration,
  matchingSelectors,
  routeBackends,
  routeListeners,
  ingressAnnotations,
  autoscalers,
  disruptionBudgets,
  topologySpread,
  zeroDowntimeUpdates,
  gracePeriod,
  jobDeadlines,
  retainedVolumes,
  existingNamespaces,
  uniqueObjects,
  requiredLabels,
  defaultDeny,
  declaredConnections,
} as const satisfies Record<string, Policy>;
export type PolicyName = keyof typeof all;

/** Policies by name; messages end with the name. */
export const policies: Readonly<Record<PolicyName, Policy>> = all;

/**
 * @param paths construct path of each object, by `Kind/name`
 * @throws InvalidManifestsError with all violations; one about an object starts with the path of its construct
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
  // The other policies expect objects that the API server accepts.
  const invalid = violations(['validObjects']);
  if (invalid.length > 0) throw new InvalidManifestsError(invalid);
  const found = violations(Object.keys(policies).filter((name): name is PolicyName => name in policies && name !== 'validObjects'));
  if (found.length > 0) throw new InvalidManifestsError(found);
}
