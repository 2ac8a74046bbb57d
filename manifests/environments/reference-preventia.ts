import { namesOf } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import {
  configOf,
  databaseFor,
  identity,
  ingressFor,
  notifyByWebhook,
  operatorMonitoring,
  servingScaling,
  workerScaling,
} from './defaults.ts';
import type { Environment, Resources } from './environment.ts';

const host = 'preventia.com';
const ports = { ...identity.ports, http: 8000 };
const names = namesOf('preventia');

/** The limits of the guide's Compose file, which has no reservation for the API. */
const api: Resources = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
const analytics: Resources = { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '4Gi' } };
/** The guide has none for the scraper. */
const scraper: Resources = { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } };
const postgres: Resources = { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '2', memory: '4Gi' } };
const redis: Resources = { requests: { cpu: '100m', memory: '640Mi' }, limits: { cpu: '1', memory: '768Mi' } };

/** Guide G2: the API with its autoscaler `api-hpa`, scraper and analytics, PostgreSQL with a replica, Redis, and a bucket for exports. */
export const preventia: Environment = {
  ...identity,
  name: 'references/preventia',
  stage: 'production',
  namespace: 'preventia',
  names: { ...names, autoscalers: { ...names.autoscalers, api: 'api-hpa' } },
  ports,
  image: `${team.registry}/preventia:4.0.0`,
  config: {
    ...configOf(ports),
    TRUSTED_HOSTS: `${host},www.${host}`,
    TRUSTED_PROXIES: '1',
    CORS_ORIGINS: `https://${host}`,
    NEWS_CONTACT: `https://${host}`,
    S3_BUCKET: 'preventia-exports',
    DATABASE_POOL_SIZE: '5',
  },
  workloads: {
    api: { scaling: { ...servingScaling, min: 2, max: 10 }, resources: api },
    scraper: { scaling: { ...workerScaling, min: 1, max: 3, itemsPerReplica: 10 }, resources: scraper },
    analytics: { scaling: { ...workerScaling, min: 1, max: 3, itemsPerReplica: 2000 }, resources: analytics },
  },
  database: {
    ...databaseFor('production'),
    instances: 2,
    names: { database: 'preventia_news_prod', user: 'preventia_prod' },
    resources: postgres,
    backups: {
      schedule: '0 0 2 * * *',
      destination: 's3://preventia-backups',
      retention: '30d',
      archive: 'restored',
      // The guide's own example: `restore.sh 20240729_120000`.
      recovery: { archive: names.postgres, at: '2024-07-29T12:00:00Z' },
    },
  },
  cache: { kind: 'in-cluster', memory: '512mb', resources: redis },
  // An endpoint of the bucket in the network of the cluster: analytics read untrusted text and reach nothing else outside.
  objectStore: { networks: ['10.0.0.0/8'] },
  // A Sentry, or a relay to it, in the same network.
  errorReports: { networks: ['10.0.0.0/8'] },
  edge: ingressFor(host),
  secrets: { kind: 'by-hand' },
  monitoring: operatorMonitoring(notifyByWebhook),
};
