import {
  chunksPerReplica,
  config,
  databaseFor,
  externalSecretsFor,
  githubDeployerFor,
  identity,
  letsEncrypt,
  operatorMonitoring,
  resources,
  servingScaling,
  workerScaling,
} from './defaults.ts';
import type { Environment } from './environment.ts';

const host = 'api.yourapp.com';

/** The replicas of the guides: the API's of G0, those of GraphQL and the workers of G1. */
export const production: Environment = {
  ...identity,
  name: 'production',
  stage: 'production',
  config: { ...config, TRUSTED_HOSTS: host, TRUSTED_PROXIES: '1', CORS_ORIGINS: 'https://yourapp.com,https://api.yourapp.com' },
  workloads: {
    api: { scaling: { ...servingScaling, min: 3, max: 20 }, resources },
    graphql: { scaling: { ...servingScaling, min: 2, max: 6 }, resources },
    worker: { scaling: { ...workerScaling, min: 3, max: 8, chunksPerReplica }, resources },
  },
  strategy: {
    kind: 'canary',
    steps: [
      { weight: 5, soakSeconds: 60 },
      { weight: 25, soakSeconds: 120 },
      { weight: 50, soakSeconds: 120 },
    ],
    gate: {},
  },
  database: databaseFor('production'),
  cache: { kind: 'external', networks: ['10.0.0.0/8'] },
  secrets: externalSecretsFor('production'),
  edge: {
    kind: 'gateway',
    host,
    gatewayClass: 'traefik',
    limits: 'traefik',
    namespace: 'edge',
    tls: letsEncrypt,
  },
  monitoring: operatorMonitoring({ critical: [{ kind: 'pagerduty' }], warning: [{ kind: 'slack', channel: '#captions-alerts' }] }),
  deployer: githubDeployerFor('production'),
  admission: 'pinned-images',
};
