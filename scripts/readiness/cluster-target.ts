import { X509Certificate } from 'node:crypto';
import { maximumBackupHours } from '../../contract/backup.ts';
import { endpoints } from '../../contract/endpoints/index.ts';
import type { SecretSettingName } from '../../contract/settings.ts';
import { archiveOf } from '../../manifests/data/bootstrap.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { deploymentNames } from '../../manifests/environments/index.ts';
import { synthesize } from '../../manifests/synth.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { Deadline } from '../cluster/clock.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { assertMonitoringPod, assertPrometheusPod, prometheusInCluster, targetScopeOf } from '../prometheus/access.ts';
import { lastGood, readHistory } from '../rollout/record/release-history.ts';
import { detectDrift } from '../rollout/status/drift.ts';
import { waitForHealth } from '../rollout/status/release-health.ts';
import type { RolloutContext } from '../rollout/verify/rollout-context.ts';
import { smokeExpectation } from '../rollout/verify/smoke-expectation.ts';
import { readyPods, requestOver } from '../rollout/verify/smoke-test.ts';
import { checkSecrets, readSecret } from '../secrets/check.ts';
import { securityScore } from '../security/score.ts';
import { at, listAt, numberAt, textAt } from '../values/json.ts';
import { certificateDetail } from './certificate.ts';
import { type Checks, failed, NotCheckable, type PostflightItem, type PreflightItem } from './checklist.ts';
import { dashboardsDetail, type GrafanaApi, grafanaPassword } from './dashboards.ts';
import { loadReportDetail } from './load-report.ts';
import { logDetail } from './log.ts';
import { alertsDetail, type Monitored, monitoringDetail, objectivesDetail, targetsDetail } from './prometheus-checks.ts';
import { documentationDetail } from './url-target.ts';

/** An environment in the cluster of KUBECONFIG. */
export interface ClusterTarget {
  readonly environment: Environment;
  readonly session: RolloutContext;
  readonly loadReport: string | undefined;
  readonly alerts: { readonly expected: readonly string[]; readonly alwaysFiring: readonly string[] };
}

const keyNames: readonly SecretSettingName[] = ['SECRET_KEY', 'VALID_API_KEYS', 'OPENAI_API_KEY', 'TEXT_MODELS'];

/** The account may be the deployer, which reads no Secret. */
async function secretFindings({ environment, session }: ClusterTarget, areKeys: boolean): Promise<string> {
  const secret = await readSecret(session.cluster, environment).catch((error: unknown) => {
    throw error instanceof Failure && error.exitCode === exitCodes.rejected ? new NotCheckable(`${error.message}; ${error.remedy}`) : error;
  });
  const { findings, needed } = checkSecrets(environment, secret);
  const [first, ...others] = findings.filter(({ name }) => keyNames.some((key) => key === name) === areKeys);
  if (first === undefined)
    return areKeys ? 'the keys of the service and of the text model are set and valid' : `all ${needed} required secrets are valid`;
  const more = others.length > 0 ? `, and ${others.map(({ name }) => name).join(', ')}` : '';
  throw failed(`${first.name} ${first.problem}${first.detail === '' ? '' : ` (${first.detail})`}${more}`, first.remedy);
}

const secretOf = ({ environment, session }: ClusterTarget, name: string) =>
  session.cluster.get({ apiVersion: 'v1', kind: 'Secret', namespace: environment.namespace, name });

/** @throws {Failure} if synth rejects the environment */
const objectsOf = ({ name }: Environment): readonly KubeObject[] => {
  const deployment = deploymentNames.find((each) => each === name);
  if (deployment === undefined) throw new Error(`${name} is not in manifests/environments`);
  return synthesize(deployment).flatMap(({ objects }) => objects.map((object) => ({ ...object })));
};

const isTrue = (object: unknown, type: string) =>
  listAt(object, 'status', 'conditions').some((condition) => textAt(condition, 'type') === type && textAt(condition, 'status') === 'True');

async function certificate(target: ClusterTarget): Promise<string> {
  const { environment, session } = target;
  const { host, tls } = environment.edge;
  const secret = await secretOf(target, environment.names.tls);
  const encoded = textAt(secret, 'data', 'tls.crt');
  if (encoded !== undefined)
    return certificateDetail(new X509Certificate(Buffer.from(encoded, 'base64')), host, session.cluster.now().getTime());
  if (tls.kind === 'by-hand') throw failed(`there is no Secret ${environment.names.tls}`, 'create it from the certificate: docs/edge.md');
  const issuer = await session.cluster.get({ apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', namespace: '', name: tls.issuer });
  if (!isTrue(issuer, 'Ready'))
    throw failed(`the ClusterIssuer ${tls.issuer} is not ready`, `kubectl describe clusterissuer ${tls.issuer}`);
  return `cert-manager requests it from ${tls.issuer}, which is ready, with the first release`;
}

async function database({ environment, session }: ClusterTarget): Promise<string> {
  const { database: declared, names, namespace } = environment;
  if (declared.kind === 'external')
    throw new NotCheckable('only pods reach an external database: the migration connects first, and stops a deploy that cannot');
  const [apiVersion, kind] = declared.kind === 'stateful-set' ? ['apps/v1', 'StatefulSet'] : ['postgresql.cnpg.io/v1', 'Cluster'];
  const live = await session.cluster.get({ apiVersion, kind, namespace, name: names.postgres });
  if (live === undefined) throw new NotCheckable(`the first release creates ${kind}/${names.postgres}`);
  const ready = numberAt(live, 'status', declared.kind === 'stateful-set' ? 'readyReplicas' : 'readyInstances') ?? 0;
  const wanted = declared.kind === 'stateful-set' ? 1 : declared.instances;
  if (ready < wanted) throw failed(`${ready} of ${wanted} instances of ${kind}/${names.postgres} are ready`, 'docs/runbooks/database.md');
  return `${ready} of ${wanted} instances are ready`;
}

/** The last successful one of the archive. The deployer may read the ObjectStore, and no Backup. */
async function baseBackup({ environment, session }: ClusterTarget, archive: string | undefined): Promise<string> {
  const { names, namespace } = environment;
  const store = await session.cluster.get({ apiVersion: 'barmancloud.cnpg.io/v1', kind: 'ObjectStore', namespace, name: names.postgres });
  const { serverName } = archiveOf(environment, archive);
  const last = textAt(store, 'status', 'serverRecoveryWindow', serverName, 'lastSuccessfulBackupTime');
  const hours = hoursSince(session, last);
  const remedy = `kubectl -n ${namespace} get scheduledbackups,backups`;
  if (hours === undefined) throw failed('no base backup has succeeded yet', remedy);
  if (hours > maximumBackupHours) throw failed(`the last base backup is ${Math.round(hours)} hours old`, remedy);
  return `the last base backup is ${hours.toFixed(1)} hours old`;
}

/** @returns undefined without a time */
function hoursSince({ cluster }: RolloutContext, time = ''): number | undefined {
  const hours = (cluster.now().getTime() - Date.parse(time)) / 3_600_000;
  return Number.isNaN(hours) ? undefined : hours;
}

async function backups(target: ClusterTarget): Promise<string> {
  const { environment, session } = target;
  const { database: declared, names, namespace } = environment;
  if (declared.kind === 'external') throw new NotCheckable('the provider of the database takes its backups');
  if (!declared.backups) throw failed('the environment declares no backups', 'add "backups" to its database: docs/backup.md');
  if (declared.kind === 'cloudnative-pg') {
    const live = await session.cluster.get({ apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster', namespace, name: names.postgres });
    if (live === undefined) throw new NotCheckable('the first release creates the database');
    if (!isTrue(live, 'ContinuousArchiving'))
      throw failed('WAL files are not archived', `kubectl -n ${namespace} describe cluster ${names.postgres}`);
    return `WAL files are archived to ${declared.backups.destination}; ${await baseBackup(target, declared.backups.archive)}`;
  }
  const job = await session.cluster.get({ apiVersion: 'batch/v1', kind: 'CronJob', namespace, name: names.backup });
  if (job === undefined) throw new NotCheckable(`the first release creates CronJob/${names.backup}`);
  const hours = hoursSince(session, textAt(job, 'status', 'lastSuccessfulTime'));
  if (hours === undefined) throw failed('no backup has succeeded yet', `leyenda backup ${environment.name}`);
  if (hours > maximumBackupHours) throw failed(`the last backup is ${Math.round(hours)} hours old`, `kubectl -n ${namespace} get jobs`);
  return `the last dump is ${hours.toFixed(1)} hours old`;
}

/** The policies that deny every connection which is not declared. */
async function firewall({ environment, session }: ClusterTarget): Promise<string> {
  const kind = 'NetworkPolicy';
  const declared = objectsOf(environment).filter((object) => object.kind === kind && object.metadata.namespace === environment.namespace);
  const live = await session.cluster.list({ apiVersion: 'networking.k8s.io/v1', kind }, environment.namespace);
  if (live.length === 0) throw new NotCheckable(`the first release creates ${declared.length} network policies`);
  const present = new Set(live.map(({ metadata }) => metadata.name));
  const missing = declared.filter(({ metadata }) => !present.has(metadata.name)).map(({ metadata }) => metadata.name);
  if (missing.length > 0)
    throw failed(`missing network policies: ${missing.join(', ')}`, `leyenda drift ${environment.name}; the next deploy creates them`);
  return `${declared.length} network policies deny all but declared connections`;
}

const monitoredOf = ({ environment, session }: ClusterTarget): Monitored => ({
  api: prometheusInCluster(environment, session.cluster),
  scope: targetScopeOf(environment),
  job: environment.names.prefix,
  signal: session.signal,
});

export function clusterPreflight(target: ClusterTarget): Checks<PreflightItem> {
  return {
    variables: async () => {
      const objects = objectsOf(target.environment);
      return `the settings of ${objects.length} objects are valid; ${await secretFindings(target, false)}`;
    },
    certificate: () => certificate(target),
    keys: () => secretFindings(target, true),
    database: () => database(target),
    monitoring: async () => {
      await assertPrometheusPod(target.environment, target.session.cluster);
      return monitoringDetail(monitoredOf(target));
    },
    backups: () => backups(target),
    firewall: () => firewall(target),
    load: async () => loadReportDetail(target.loadReport, [target.environment.name]),
  };
}

const settleSeconds = 60;

async function release({ session: { cluster, namespace } }: ClusterTarget) {
  const found = lastGood(await readHistory(cluster, namespace));
  if (found === undefined) throw failed('no good release was deployed yet', 'leyenda deploy');
  return found;
}

async function health(target: ClusterTarget): Promise<string> {
  const { session } = target;
  const { charts, revision } = await release(target);
  const deadline = new Deadline(session.cluster.clock, settleSeconds);
  const answers = await session.smoke(smokeExpectation(charts, session.namespace), { settleSeconds, deadline }, session.signal);
  const { problems } = await waitForHealth(session, await release(target), deadline);
  const failures = [...answers.failures, ...problems];
  if (failures.length > 0) throw failed(failures.join('; '), `leyenda verify ${target.environment.name}; docs/runbooks/down.md`);
  return `revision ${revision}, ${answers.endpoints} endpoints return the release`;
}

/** A ready pod of the API. */
async function apiPod({ environment, session }: ClusterTarget) {
  const slices = await session.cluster.list(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
    session.namespace,
    `kubernetes.io/service-name=${environment.names.services.api}`,
  );
  const [first] = slices.flatMap(readyPods);
  if (first === undefined) throw failed('the API has no ready pod', 'docs/runbooks/down.md');
  return first.pod;
}

async function logs(target: ClusterTarget): Promise<string> {
  const pod = await apiPod(target);
  const text = await target.session.cluster.logs(pod, undefined, { previous: false, tailLines: 20 });
  return logDetail(text, pod.name);
}

async function dashboards({ environment, session }: ClusterTarget): Promise<string> {
  const { monitoring, names, namespace, ports } = environment;
  if (monitoring.kind === 'bundled') {
    const pod = { apiVersion: 'v1', kind: 'Pod', namespace: monitoring.namespace, name: 'grafana-0' };
    await assertMonitoringPod(pod, session.cluster);
    const api: GrafanaApi = async (path, authorization) =>
      requestOver(
        await session.cluster.forward(pod, ports.grafana),
        { method: 'GET', path, host: 'localhost', authorization },
        session.signal,
      );
    return dashboardsDetail(api, async () => {
      const secret = { apiVersion: 'v1', kind: 'Secret', namespace: monitoring.namespace, name: names.monitoring };
      const encoded = textAt(await session.cluster.get(secret), 'data', grafanaPassword);
      return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
    });
  }
  const name = `${names.monitoring}-dashboard`;
  const map = await session.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  if (map === undefined) throw failed(`there is no ConfigMap ${name}`, `leyenda drift ${environment.name}; the next deploy creates it`);
  return `ConfigMap/${name} holds ${Object.keys(Object(at(map, 'data'))).join(', ')} for the sidecar of Grafana`;
}

async function security(target: ClusterTarget): Promise<string> {
  const { environment, session } = target;
  const score = securityScore(environment);
  if (!score.passed)
    throw failed(`the security score is ${score.percent} %: ${score.unmet.join('; ')}`, `leyenda security ${environment.name}`);
  const { charts, revision } = await release(target);
  const drifted = await detectDrift(session.cluster, session.namespace, charts);
  if (drifted.length > 0)
    throw failed(
      `changed since revision ${revision}: ${drifted.map(({ object }) => object).join(', ')}`,
      `leyenda drift ${environment.name}`,
    );
  return `the score is ${score.percent} %, and no object has changed since revision ${revision}`;
}

async function documentation(target: ClusterTarget): Promise<string> {
  const pod = await apiPod(target);
  const { charts } = await release(target);
  const { host } = smokeExpectation(charts, target.session.namespace);
  const get = async (path: string) =>
    requestOver(
      await target.session.cluster.forward(pod, target.environment.ports.http),
      { method: 'GET', path, host },
      target.session.signal,
    );
  const [page, document] = [await get('/api/v1/docs'), await get(endpoints.openapi.path)];
  return documentationDetail(page.status, document.body);
}

export function clusterPostflight(target: ClusterTarget): Checks<PostflightItem> {
  const monitored = monitoredOf(target);
  return {
    health: () => health(target),
    metrics: () => targetsDetail(monitored),
    dashboards: () => dashboards(target),
    alerts: () => alertsDetail(monitored, target.alerts.expected, target.alerts.alwaysFiring),
    logs: () => logs(target),
    objectives: () => objectivesDetail(monitored),
    security: () => security(target),
    documentation: () => documentation(target),
  };
}
