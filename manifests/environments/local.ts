import { monitoringRetentionDays } from '../../contract/monitoring.ts';
import { ports } from '../../contract/ports.ts';
import { team } from '../../contract/team.ts';
import { config, heartbeat, identity, servingScaling, workerScaling } from './defaults.ts';
import type { Environment, Resources } from './environment.ts';
import { alertReceivers } from './team-values.ts';

const resources: Resources = { requests: { cpu: '100m', memory: '192Mi' }, limits: { cpu: '1', memory: '512Mi' } };
// Enough memory for the connections of all pods at full scale.
const database: Resources = { requests: { cpu: '50m', memory: '256Mi' }, limits: { cpu: '1', memory: '1536Mi' } };
const cache: Resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } };

const receivers = alertReceivers(team.stagingAlerts);

/** A cluster on one machine, with its own stores and without operators. */
export const local: Environment = {
  ...identity,
  name: 'local',
  stage: 'local',
  // A single API key may load the whole cluster.
  config: {
    ...config,
    TRUSTED_PROXIES: '1',
    RATE_LIMIT_REQUESTS: '1000000',
    DATABASE_POOL_SIZE: '5',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://jaeger.monitoring.svc:${ports.otlp}`,
  },
  workloads: {
    api: { scaling: { ...servingScaling, min: 2, max: 4, scaleDownDelaySeconds: 30 }, resources },
    graphql: { scaling: { ...servingScaling, min: 2, max: 3 }, resources },
    worker: { scaling: { ...workerScaling, min: 1, max: 2 }, resources },
    scraper: { scaling: { ...workerScaling, min: 1, max: 2 }, resources },
    analytics: { scaling: { ...workerScaling, min: 1, max: 2 }, resources },
  },
  database: {
    kind: 'stateful-set',
    storage: '5Gi',
    resources: database,
    backups: { schedule: '0 3 * * *', keep: 7, storage: '5Gi', recipient: 'none' },
  },
  cache: { kind: 'in-cluster', memory: '256mb', resources: cache },
  exports: { storage: '1Gi' },
  secrets: { kind: 'by-hand' },
  // No issuer is installed: the developer creates a certificate.
  edge: { kind: 'gateway', host: 'captions.localhost', gatewayClass: 'traefik', namespace: 'edge', tls: { kind: 'by-hand' } },
  monitoring: {
    kind: 'bundled',
    namespace: 'monitoring',
    retentionDays: monitoringRetentionDays,
    storage: '10Gi',
    notify: { critical: receivers, warning: receivers, heartbeat },
  },
};
