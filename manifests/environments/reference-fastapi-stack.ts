import { monitoringRetentionDays } from '../../contract/monitoring.ts';
import { namesOf } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import { configOf, identity, letsEncrypt, notifyByWebhook, servingScaling } from './defaults.ts';
import type { Environment, Resources } from './environment.ts';

/** The guide serves every host name, but an environment must name one. */
const host = 'fastapi.example';
const ports = { ...identity.ports, http: 8000 };

const api: Resources = { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } };
const db: Resources = { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } };
const cache: Resources = { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '250m', memory: '256Mi' } };

/** Guide G3 describes Compose files and a swarm of two API containers; this is their equivalent on Kubernetes. */
export const fastapiStack: Environment = {
  ...identity,
  name: 'references/fastapi-stack',
  stage: 'production',
  namespace: 'fastapi-stack',
  names: { ...namesOf('fastapi'), postgres: 'db', redis: 'cache' },
  ports,
  image: `${team.registry}/fastapi-app:4.0.0`,
  config: { ...configOf(ports), TRUSTED_HOSTS: host, TRUSTED_PROXIES: '1', DATABASE_POOL_SIZE: '5' },
  workloads: { api: { scaling: { ...servingScaling, min: 2, max: 3 }, resources: api } },
  database: { kind: 'stateful-set', storage: '10Gi', resources: db },
  cache: { kind: 'in-cluster', memory: '192mb', resources: cache },
  edge: { kind: 'gateway', host, gatewayClass: 'traefik', limits: 'traefik', namespace: 'edge', tls: letsEncrypt },
  strategy: { kind: 'blue-green', soakSeconds: 120, gate: { minRequests: 20, metricsTimeoutSeconds: 120 } },
  secrets: { kind: 'by-hand' },
  monitoring: {
    kind: 'bundled',
    namespace: 'monitoring',
    retentionDays: monitoringRetentionDays,
    storage: '10Gi',
    notify: notifyByWebhook,
  },
};
