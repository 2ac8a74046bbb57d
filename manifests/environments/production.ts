import {
  background,
  chunksPerReplica,
  config,
  databaseIn,
  deployerIn,
  identity,
  letsEncrypt,
  operator,
  resources,
  secretsIn,
  serving,
} from './defaults.ts';
import type { Environment } from './environment.ts';

const host = 'api.yourapp.com';

/** Guide G0's API: three replicas at least, twenty at most (K8-04, K8-14). GraphQL and workers as guide G1 has them (K8-15, K8-16). */
export const production: Environment = {
  ...identity,
  name: 'production',
  stage: 'production',
  config: { ...config, TRUSTED_HOSTS: host, TRUSTED_PROXIES: '1', CORS_ORIGINS: 'https://yourapp.com,https://api.yourapp.com' },
  workloads: {
    api: { scaling: { ...serving, min: 3, max: 20 }, resources },
    graphql: { scaling: { ...serving, min: 2, max: 6 }, resources },
    worker: { scaling: { ...background, min: 3, max: 8, chunksPerReplica }, resources },
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
  database: databaseIn('production'),
  cache: { kind: 'external', networks: ['10.0.0.0/8'] },
  secrets: secretsIn('production'),
  edge: {
    kind: 'gateway',
    host,
    gatewayClass: 'traefik',
    limits: 'traefik',
    namespace: 'edge',
    tls: letsEncrypt,
  },
  monitoring: operator({ critical: [{ kind: 'pagerduty' }], warning: [{ kind: 'slack', channel: '#captions-alerts' }] }),
  deployer: deployerIn('production'),
  admission: 'pinned-images',
};
