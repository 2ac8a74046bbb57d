import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MonitoringSecretName } from '../../contract/monitoring.ts';
import { parseJson } from '../values/json.ts';
import { checkSeconds, failed, NotCheckable } from './checklist.ts';
import { isLoopback } from './closed-ports.ts';

/** Sends a GET request to Grafana. @param authorization value of this header */
export type GrafanaApi = (path: string, authorization?: string) => Promise<{ readonly status: number; readonly body: unknown }>;

/** The secret with the password of Grafana's user admin. */
export const grafanaPassword: MonitoringSecretName = 'GF_SECURITY_ADMIN_PASSWORD';

/** Grafana answers and has dashboards. @param password of the user admin; undefined: unknown */
export async function dashboardsDetail(api: GrafanaApi, password: () => Promise<string | undefined>): Promise<string> {
  const health = await api('/api/health');
  if (health.status !== 200) throw failed(`Grafana returned ${health.status}`, 'see its log');
  const known = await password();
  const authorization = known === undefined ? undefined : `Basic ${Buffer.from(`admin:${known}`).toString('base64')}`;
  const { status, body } = await api('/api/search?type=dash-db', authorization);
  if (status === 401 || status === 403)
    throw new NotCheckable('Grafana answers, and its database is up; it lists its dashboards only after a login');
  if (status !== 200 || !Array.isArray(body)) throw failed(`Grafana returned ${status} for its dashboards`, 'see its log');
  if (body.length === 0) throw failed('Grafana has no dashboard', 'load those of the product: docs/observability.md');
  return `Grafana answers, and has ${body.length} dashboards`;
}

export const grafanaAt =
  (url: string, signal: AbortSignal): GrafanaApi =>
  async (path, authorization) => {
    const response = await fetch(`${url}${path}`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(checkSeconds * 1000)]),
      ...(authorization === undefined ? {} : { headers: { authorization } }),
    });
    return { status: response.status, body: parseJson(await response.text()) };
  };

/** The password in the secrets of the Compose files. It is sent to this machine only. */
export function composeGrafanaPassword(folder: string, grafana: string): string | undefined {
  const file = join(folder, '.secrets/monitoring', grafanaPassword);
  return isLoopback(new URL(grafana)) && existsSync(file) ? readFileSync(file, 'utf8').trimEnd() : undefined;
}
