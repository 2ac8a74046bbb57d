import { team } from '../../contract/team.ts';
import type { Environment } from '../environments/environment.ts';
import type { Alert } from './alert.ts';

type Linked = Pick<Environment, 'namespace' | 'contacts' | 'links' | 'monitoring'>;

/** The runbooks of the repository. */
const runbooks = `https://github.com/${team.repository}/blob/main/docs/runbooks`;
/** Where `kubectl port-forward svc/grafana 3000` shows the Grafana of a bundled stack. */
const forwardedGrafana = 'http://localhost:3000';

/** The environment's dashboard, whose id is the namespace. */
function dashboardOf({ namespace, links, monitoring }: Linked): string | undefined {
  const grafana = links?.grafana ?? (monitoring.kind === 'bundled' ? forwardedGrafana : undefined);
  return grafana === undefined ? undefined : `${grafana}/d/${namespace}`;
}

/** Security or operations; for critical alerts also the person on call. */
function contactOf({ contacts }: Linked, { severity, security }: Alert): string {
  if (security) return contacts.security;
  return severity === 'critical' ? `${contacts.onCall}, ${contacts.operations}` : contacts.operations;
}

/** What a notification shows. */
export function annotationsOf(environment: Linked, alert: Alert) {
  const dashboard = dashboardOf(environment);
  return {
    summary: alert.summary,
    description: alert.description,
    runbook_url: `${environment.links?.runbooks ?? runbooks}/${alert.runbook}`,
    ...(dashboard !== undefined && { dashboard_url: dashboard }),
    contact: contactOf(environment, alert),
  };
}
