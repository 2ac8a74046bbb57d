import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../objects.ts';
import { declaredConnections, defaultDeny } from './connections.ts';
import { pinnedImages } from './images.ts';
import type { Policy } from './policy.ts';
import { probed } from './probes.ts';
import { resources } from './resources.ts';
import { restricted } from './restricted.ts';
import { annotationsExist, routesLead } from './routes.ts';
import { scaling } from './scaling.ts';
import { noSecretValues } from './secrets.ts';
import { matchingSelectors } from './selectors.ts';
import { graceCoversShutdown } from './shutdown.ts';

/** Every policy, by name. */
export const policies: Readonly<Record<string, Policy>> = {
  restricted,
  resources,
  pinnedImages,
  probed,
  noSecretValues,
  matchingSelectors,
  routesLead,
  annotationsExist,
  scaling,
  graceCoversShutdown,
  defaultDeny,
  declaredConnections,
};

/** @throws with every violation of every policy */
export function checkPolicies(objects: readonly KubernetesObject[], environment: Environment): void {
  const violations = Object.entries(policies).flatMap(([name, policy]) =>
    policy(objects, environment).map((violation) => `${violation} (policy ${name})`),
  );
  if (violations.length > 0) throw new Error(violations.join('\n'));
}
