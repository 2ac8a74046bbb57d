import { maximumBackupHours } from '../../contract/backup.ts';
import { problems } from '../../contract/errors.ts';
import { metrics } from '../../contract/metrics.ts';
import { product } from '../../contract/product.ts';
import { type Client, createClient } from '../../service/client/client.ts';
import { credentialVariable } from '../validate/check.ts';
import { hostOf } from '../validate/checked-url.ts';
import { validate } from '../validate/checks.ts';
import { fetchAsHost } from '../validate/fetch-as-host.ts';
import { certificateAt } from './certificate.ts';
import { type Checks, checkSeconds, failed, NotCheckable, type PostflightItem, type PreflightItem } from './checklist.ts';
import { closedPorts, isLoopback } from './closed-ports.ts';
import { dashboardsDetail, grafanaAt } from './dashboards.ts';
import { loadReportDetail } from './load-report.ts';
import { logFileDetail } from './log.ts';
import { alertsDetail, type Monitored, monitoringDetail, objectivesDetail, targetsDetail } from './prometheus-checks.ts';

/** A running service by its URL: `npm start`, a host, Compose, an edge. */
export interface UrlTarget {
  readonly baseUrl: string;
  /** Host header, if the service does not trust the host of the URL. */
  readonly host: string | undefined;
  readonly credential: string | undefined;
  readonly monitored: Monitored;
  readonly grafana: string | undefined;
  /** Of its user admin. */
  readonly grafanaPassword?: string | undefined;
  readonly loadReport: string | undefined;
  readonly logFile: string | undefined;
  readonly alerts: { readonly expected: readonly string[]; readonly alwaysFiring: readonly string[] };
  readonly signal: AbortSignal;
}

const hourMs = 3_600_000;

const send = ({ host }: UrlTarget) => (host === undefined ? globalThis.fetch : fetchAsHost(host));
const get = (target: UrlTarget, path: string, init: RequestInit = {}) =>
  send(target)(`${target.baseUrl}${path}`, { ...init, signal: AbortSignal.any([target.signal, AbortSignal.timeout(checkSeconds * 1000)]) });
const clientOf = (target: UrlTarget): Client =>
  createClient({
    baseUrl: target.baseUrl,
    retries: 0,
    fetch: send(target),
    ...(target.credential === undefined ? {} : { credential: target.credential }),
  });

export function preflightOf(target: UrlTarget): Checks<PreflightItem> {
  const url = new URL(target.baseUrl);
  const client = clientOf(target);
  return {
    variables: async () => {
      const { release } = await client.call('ready', { timeoutSeconds: checkSeconds });
      return `the process started, which requires valid settings, and is ready (release ${release})`;
    },
    certificate: async () => {
      if (url.protocol === 'https:') return certificateAt(url, target.host ?? hostOf(url), AbortSignal.timeout(checkSeconds * 1000));
      if (isLoopback(url)) throw new NotCheckable('plain HTTP on this machine: pass the https URL of the proxy as the target');
      throw failed(`${url.hostname} is served without TLS`, 'put a proxy with a certificate in front: docs/behind-a-proxy.md');
    },
    keys: async () => {
      const anonymous = await get(target, '/users/me');
      if (anonymous.status !== problems.unauthorized.status)
        throw failed(`a request without a key returned ${anonymous.status}`, 'check that the URL is the service');
      if (target.credential === undefined) throw failed(`${credentialVariable} is not set`, 'set it to an API key of an administrator');
      await client.call('listKeys', { timeoutSeconds: checkSeconds });
      return 'requests without a key are rejected, and the key is accepted';
    },
    database: async () => {
      const { dependencies } = await client.call('healthDetailed', { timeoutSeconds: checkSeconds });
      const down = Object.entries(dependencies).filter(([, dependency]) => dependency?.state !== 'up');
      if (down.length > 0) throw failed(`down: ${down.map(([name]) => name).join(', ')}`, 'see docs/runbooks/database.md');
      return `up: ${Object.keys(dependencies).join(', ')}`;
    },
    monitoring: () => monitoringDetail(target.monitored),
    backups: async () => backupDetail(await client.call('metrics', { timeoutSeconds: checkSeconds }), Date.now()),
    firewall: () => closedPorts(url),
    load: async () => loadReportDetail(target.loadReport, [target.baseUrl]),
  };
}

/**
 * The age of the last verified backup by the metric of the service.
 * @throws {NotCheckable} without it: `leyenda backup` sets it, but neither CloudNativePG nor the provider of an external database
 */
export function backupDetail(metricsText: string, now: number): string {
  const { name } = metrics.backupLastSuccess;
  const value = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(metricsText)?.[1];
  if (value === undefined)
    throw new NotCheckable(
      'the service knows of no backup by leyenda backup: pass the environment if an operator or a provider takes them',
    );
  const hours = (now - Number(value) * 1000) / hourMs;
  if (!(hours <= maximumBackupHours)) throw failed(`the last backup is ${Math.round(hours)} hours old`, 'see why: docs/backup.md');
  return `the last verified backup is ${hours.toFixed(1)} hours old`;
}

/** Headers of docs/security.md. */
const securityHeaders: Readonly<Record<string, RegExp>> = {
  'content-security-policy': /default-src/,
  'x-content-type-options': /nosniff/,
  'x-frame-options': /./,
  'referrer-policy': /./,
};
/** Browsers ignore it without TLS, and 0 ends it (RFC 6797). */
const strictTransportSecurity = { 'strict-transport-security': /max-age="?0*[1-9]/i };

/** @returns which headers are set. @throws {Failure} if one is missing or has another value */
export function securityHeadersDetail(headers: Headers, encrypted: boolean): string {
  const expected = Object.entries({ ...securityHeaders, ...(encrypted ? strictTransportSecurity : {}) });
  const wrong = expected.filter(([name, value]) => !value.test(headers.get(name) ?? '')).map(([name]) => name);
  if (wrong.length > 0) throw failed(`missing or wrong headers: ${wrong.join(', ')}`, 'a proxy changes them: docs/security.md');
  return `${expected.map(([name]) => name).join(', ')} are set`;
}

export function postflightOf(target: UrlTarget): Checks<PostflightItem> {
  let validated: ReturnType<typeof validate> | undefined;
  const passed = async (...names: readonly string[]) => {
    validated ??= validate({ ...target, timeoutSeconds: checkSeconds });
    const results = (await validated).filter(({ check }) => names.includes(check));
    const wrong = results.filter((result) => !result.passed);
    if (wrong.length > 0)
      throw failed(
        wrong.map(({ check, detail }) => `${check}: ${detail}`).join('; '),
        'see docs/troubleshooting.md, then: leyenda validate',
      );
    return results.map(({ detail }) => detail).join('; ');
  };
  return {
    health: () => passed('health', 'user', 'cache'),
    metrics: async () => {
      const own = await passed('metrics');
      return target.monitored.api === undefined ? own : `${own}; ${await targetsDetail(target.monitored)}`;
    },
    dashboards: async () => {
      if (target.grafana === undefined) throw new NotCheckable('pass --grafana URL');
      return dashboardsDetail(grafanaAt(target.grafana, target.signal), async () => target.grafanaPassword);
    },
    alerts: () => alertsDetail(target.monitored, target.alerts.expected, target.alerts.alwaysFiring),
    logs: async () => logFileDetail(target.logFile),
    objectives: async () => {
      const latency = await passed('latency');
      return target.monitored.api === undefined ? latency : `${latency}; ${await objectivesDetail(target.monitored)}`;
    },
    security: async () => {
      const { headers } = await get(target, '/health');
      const detail = securityHeadersDetail(headers, target.baseUrl.startsWith('https:'));
      const anonymous = await get(target, '/users/me');
      if (anonymous.status !== problems.unauthorized.status)
        throw failed(`/users/me without a key returned ${anonymous.status}`, 'check the proxy');
      return `${detail}, and a request without a key is rejected`;
    },
    documentation: async () => {
      const [document, page] = [await get(target, '/api/v1/openapi.json'), await get(target, '/api/v1/docs')];
      const body: unknown = await document.json();
      return documentationDetail(page.status, body);
    },
  };
}

/** The OpenAPI document of the running version, and the page that shows it. */
export function documentationDetail(pageStatus: number, openapi: unknown): string {
  const version = JSON.stringify(openapi).match(/"version":"([^"]+)"/)?.[1];
  if (pageStatus >= 400) throw failed(`/api/v1/docs returned ${pageStatus}`, 'see docs/troubleshooting.md');
  if (version !== product.version)
    throw failed(`the API documents version ${version}, not ${product.version}`, 'deploy the release of this repository');
  return `/api/v1/docs and /api/v1/openapi.json describe version ${version}`;
}
