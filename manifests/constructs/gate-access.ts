import type { Construct } from 'constructs';
import type { Environment, Monitoring } from '../environments/environment.ts';
import { deployerSubject } from './deployer.ts';
import { commonLabels } from './labels.ts';
import { addRole } from './rbac.ts';

/** The pod that the gate queries; the bundled Prometheus is a StatefulSet with one replica. */
export const prometheusPodOf = (monitoring: Monitoring): string =>
  monitoring.kind === 'operator' ? monitoring.prometheusPod : 'prometheus-0';

/** Allows the deployer to connect to the gate's Prometheus pod through the API server, which no NetworkPolicy of that namespace blocks. */
export function addGateAccess(scope: Construct, environment: Environment): void {
  const { monitoring, namespace } = environment;
  // Several environments of the cluster may have the same Prometheus.
  const metadata = { name: `${namespace}-gate`, namespace: monitoring.namespace, labels: commonLabels(environment) };
  const rules = [
    { apiGroups: [''], resources: ['pods/portforward'], resourceNames: [prometheusPodOf(monitoring)], verbs: ['get', 'create'] },
  ];
  addRole(scope, 'gate', metadata, rules, deployerSubject(environment));
}
