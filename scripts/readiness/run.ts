import { deployments, type EnvironmentName, environmentNames } from '../../manifests/environments/index.ts';
import { alertGroup } from '../../manifests/monitoring/alerts.ts';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { composeEnvironments } from '../compose/target.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { prometheusAt } from '../prometheus/access.ts';
import { readHistory } from '../rollout/record/release-history.ts';
import { credentialVariable } from '../validate/check.ts';
import { checkedUrl, checkedUrlWithPath } from '../validate/checked-url.ts';
import { type ItemResult, type PostflightItem, type PreflightItem, postflightItems, preflightItems, runChecklist } from './checklist.ts';
import { clusterPostflight, clusterPreflight } from './cluster-target.ts';
import { composePostflight, composePreflight } from './compose-target.ts';
import { postflightOf, preflightOf, type UrlTarget } from './url-target.ts';

/** What both commands accept. */
export interface ReadinessOptions {
  /** Environment, or URL of a running service. */
  readonly target: string;
  /** The environment is deployed with Docker Compose from this folder. */
  readonly compose: boolean;
  readonly host: string | undefined;
  readonly prometheus: string | undefined;
  readonly grafana: string | undefined;
  readonly loadReport: string | undefined;
  readonly logFile: string | undefined;
}

const alertsOf = (environment: EnvironmentName) => ({
  expected: alertGroup(deployments[environment]).rules.map(({ alert }) => alert),
  alwaysFiring: alwaysFiring,
});
/** The dead man's switch. */
const alwaysFiring: readonly string[] = ['Watchdog'];

function serviceOf(options: ReadinessOptions, environment: EnvironmentName, context: Context): Omit<UrlTarget, 'baseUrl'> {
  const api = options.prometheus === undefined ? undefined : prometheusAt(checkedUrlWithPath(options.prometheus));
  return {
    host: options.host,
    credential: context.env[credentialVariable],
    monitored: { api, scope: undefined, job: deployments[environment].names.prefix, signal: context.signal },
    grafana: options.grafana === undefined ? undefined : checkedUrlWithPath(options.grafana),
    loadReport: options.loadReport,
    logFile: options.logFile,
    alerts: alertsOf(environment),
    signal: context.signal,
  };
}

/** The items before a deploy. @throws {Failure} `usage` for an unknown target, `rejected` if the API server does not answer */
export const preflight = (options: ReadinessOptions, context: Context): Promise<readonly ItemResult<PreflightItem>[]> =>
  onTarget(options, context, {
    url: (target) => runChecklist(preflightItems, preflightOf(target), context.signal),
    compose: (target) => runChecklist(preflightItems, composePreflight(target), context.signal),
    cluster: (target) => runChecklist(preflightItems, clusterPreflight(target), context.signal),
  });

/** The items after a deploy. Throws like `preflight`. */
export const postflight = (options: ReadinessOptions, context: Context): Promise<readonly ItemResult<PostflightItem>[]> =>
  onTarget(options, context, {
    url: (target) => runChecklist(postflightItems, postflightOf(target), context.signal),
    compose: (target) => runChecklist(postflightItems, composePostflight(target), context.signal),
    cluster: (target) => runChecklist(postflightItems, clusterPostflight(target), context.signal),
  });

interface Handlers<T> {
  readonly url: (target: UrlTarget) => Promise<T>;
  readonly compose: (target: Parameters<typeof composePreflight>[0]) => Promise<T>;
  readonly cluster: (target: Parameters<typeof clusterPreflight>[0]) => Promise<T>;
}

async function onTarget<T>(options: ReadinessOptions, context: Context, handlers: Handlers<T>): Promise<T> {
  if (options.target.includes(':')) return handlers.url({ ...serviceOf(options, 'local', context), baseUrl: checkedUrl(options.target) });
  const environment = environmentNames.find((name) => name === options.target);
  if (environment === undefined)
    throw new Failure(
      'usage',
      `${options.target} is no environment and no URL`,
      `name one of ${environmentNames.join(', ')}, or http://HOST:PORT`,
    );
  if (!options.compose)
    return withCluster(environment, context, async (session) => {
      // Fails here if the API server does not answer or knows no such account, instead of in every item.
      await readHistory(session.cluster, session.namespace);
      return handlers.cluster({
        environment: deployments[environment],
        session,
        loadReport: options.loadReport,
        alerts: alertsOf(environment),
      });
    });
  const onCompose = composeEnvironments.find((name) => name === environment);
  if (onCompose === undefined)
    throw new Failure('usage', `${environment} has no Compose file for a host`, `name one of ${composeEnvironments.join(', ')}`);
  return handlers.compose({ ...serviceOf(options, environment, context), environment: onCompose, folder: process.cwd(), env: context.env });
}
