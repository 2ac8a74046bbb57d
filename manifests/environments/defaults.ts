import { type Ports, ports } from '../../contract/ports.ts';
import { imageName, names, product } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import type { Notify } from './alert-receivers.ts';
import type { Contacts } from './contacts.ts';
import type { GitHubDeployer } from './deployer.ts';
import type { CloudNativePgDatabase, Edge, Environment, Monitoring, Resources, Scaling, Secrets, Tls } from './environment.ts';
import { gitHubRepository } from './team-values.ts';

/** The image that the tag of the version pushes. A release replaces the tag by a digest. */
const image = `${imageName(team.repository.toLowerCase())}:v${product.version}`;

const contacts: Contacts = {
  onCall: team.onCall,
  operations: team.operations,
  // Else the private reports of GitHub.
  security: team.security === '' ? `https://github.com/${team.repository}/security/advisories/new` : team.security,
};

/** Namespace, names, ports, image and contacts of the product itself. */
export const identity = { namespace: product.name, names, ports, image, contacts } as const satisfies Partial<Environment>;

/** The settings of every environment; the pod adds those that depend on its role. */
export const configOf = (own: Ports) => ({
  PORT: String(own.http),
  GRAPHQL_PORT: String(own.graphql),
  METRICS_PORT: String(own.metrics),
  LOG_LEVEL: 'info',
});
export const config = configOf(ports);

/** The settings of an environment that callers reach over the internet. */
export const exposedConfig = (host: string, origins: string): Environment['config'] => ({
  ...config,
  TRUSTED_HOSTS: host,
  TRUSTED_PROXIES: '1',
  CORS_ORIGINS: origins,
  ...(team.modelUrl === '' ? {} : { OPENAI_BASE_URL: team.modelUrl }),
});

export const resources: Resources = { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '500m', memory: '1Gi' } };

/** Thresholds of the roles that serve requests. */
export const servingScaling = { cpu: 70, memory: 80, scaleDownDelaySeconds: 300 } as const satisfies Partial<Scaling>;
/** Thresholds of the workers, which may be busier because no client waits. */
export const workerScaling = { cpu: 80, memory: 85, scaleDownDelaySeconds: 300 } as const satisfies Partial<Scaling>;
/** Workers wait for the model most of the time: the queue says more about their load than CPU. */
export const itemsPerReplica = 4;

/** One entry of the cluster's secret store for each environment. */
export const externalSecretsFor = (environment: string): Secrets => ({
  kind: 'external-secrets',
  store: 'secret-store',
  path: `${product.name}/${environment}`,
  refresh: '1h',
  also: ['VALID_API_KEYS', 'OPENAI_API_KEY'],
});

/**
 * The workflows that release and roll back, in the environment on GitHub of the same name.
 * @param audience of the tokens for its cluster
 */
export const githubDeployerFor = (environment: string, audience: string): GitHubDeployer => ({
  repository: gitHubRepository(team.repository),
  ids: { owner: Number(team.ownerId), repository: Number(team.repositoryId) },
  environment,
  workflows: ['release.yml', 'promote.yml', 'rollback.yml'],
  watch: { environment: `${environment}-watch`, workflows: ['nightly.yml'] },
  refs: ['refs/heads/main', 'refs/tags/v*'],
  audience,
});

/** A primary with replicas in other zones, a pooler, and backups in a folder of the bucket for each environment. */
export const databaseFor = (environment: string): CloudNativePgDatabase => ({
  kind: 'cloudnative-pg',
  instances: 3,
  storage: '100Gi',
  resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { cpu: '2', memory: '4Gi' } },
  synchronousReplicas: 1,
  pooler: {
    instances: 2,
    connections: 40,
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
  },
  backups: {
    schedule: '0 0 2 * * *',
    destination: `s3://${product.name}-backups/${environment}`,
    retention: '30d',
  },
  operator: { namespace: 'cnpg-system' },
});

/** The issuer that the guides name. */
export const letsEncrypt = { kind: 'cert-manager', issuer: 'letsencrypt-prod' } as const satisfies Tls;

/** The edge that the guides use. */
export const ingressFor = (host: string): Edge => ({
  kind: 'ingress',
  className: 'nginx',
  host,
  namespace: 'ingress-nginx',
  tls: letsEncrypt,
});

/** The cluster's Prometheus operator, with the names that kube-prometheus gives. */
export const operatorMonitoring = (notify: Notify): Monitoring => ({
  kind: 'operator',
  namespace: 'monitoring',
  prometheusPod: 'prometheus-k8s-0',
  notify,
});

/** Posts to ALERT_HEARTBEAT_URL while alerting works. */
export const heartbeat: Notify['heartbeat'] = [{ kind: 'heartbeat' }];
/** Posts every alert to ALERT_WEBHOOK_URL. */
export const notifyByWebhook: Notify = { critical: [{ kind: 'webhook' }], warning: [{ kind: 'webhook' }], heartbeat };
