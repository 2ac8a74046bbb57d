import { Yaml } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { MonitoringSecretName } from '../../contract/monitoring.ts';
import type { ComponentName } from '../components/components.ts';
import { runsIn } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';
import { scrapeSeconds } from '../prometheus/scrape.ts';
import { dashboardFiles, dataSource } from './dashboards.ts';
import { requestLink, traceLines, traceLink } from './log-links.ts';
import { addressOf } from './prometheus.ts';

const folder = '/etc/grafana/provisioning';
const password: MonitoringSecretName = 'GF_SECURITY_ADMIN_PASSWORD';

const sources = (running: (component: ComponentName) => boolean) =>
  [
    {
      ...dataSource,
      name: 'Prometheus',
      component: 'prometheus',
      isDefault: true,
      jsonData: { timeInterval: `${scrapeSeconds.service}s` },
    },
    {
      type: 'alertmanager',
      uid: 'alertmanager',
      name: 'Alertmanager',
      component: 'alertmanager',
      jsonData: { implementation: 'prometheus' },
    },
    {
      type: 'loki',
      uid: 'loki',
      name: 'Loki',
      component: 'loki',
      jsonData: { derivedFields: [requestLink, ...(running('jaeger') ? [traceLink] : [])] },
    },
    { type: 'jaeger', uid: 'jaeger', name: 'Jaeger', component: 'jaeger', jsonData: { tracesToLogsV2: traceLines } },
  ] as const satisfies readonly { readonly component: ComponentName; readonly [field: string]: unknown }[];

/** Provisioned data sources and dashboards. */
export const grafanaConfig = (environment: Environment, running = (component: ComponentName) => runsIn(environment, component)) => ({
  folder,
  files: {
    'datasources/sources.yml': Yaml.stringify({
      apiVersion: 1,
      datasources: sources(running)
        .filter(({ component }) => running(component))
        .map(({ component, ...source }) => ({
          ...source,
          access: 'proxy',
          url: `http://${addressOf(environment, component)}`,
        })),
    }),
    'dashboards/provider.yml': Yaml.stringify({
      apiVersion: 1,
      providers: [{ name: 'service', type: 'file', allowUiUpdates: false, options: { path: `${folder}/dashboards/json` } }],
    }),
    ...Object.fromEntries(
      Object.entries(dashboardFiles(environment, { running })).map(([name, json]) => [`dashboards/json/${name}`, json]),
    ),
  },
});

/** Requires the password from the Secret and disables telemetry. */
export const grafanaVariables = ({ names }: Environment): k8s.EnvVar[] => [
  { name: password, valueFrom: { secretKeyRef: { name: names.monitoring, key: password } } },
  { name: 'GF_USERS_ALLOW_SIGN_UP', value: 'false' },
  { name: 'GF_AUTH_ANONYMOUS_ENABLED', value: 'false' },
  { name: 'GF_ANALYTICS_REPORTING_ENABLED', value: 'false' },
  { name: 'GF_ANALYTICS_CHECK_FOR_UPDATES', value: 'false' },
  { name: 'GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES', value: 'false' },
  // Preinstalled plugins would be downloaded, which the network policies deny.
  { name: 'GF_PLUGINS_PREINSTALL_DISABLED', value: 'true' },
];
