import { product } from '../../contract/product.ts';
import {
  chunksPerReplica,
  config,
  databaseFor,
  externalSecretsFor,
  githubDeployerFor,
  operatorMonitoring,
  resources,
  servingScaling,
  workerScaling,
} from './defaults.ts';
import type { Environment } from './environment.ts';
import { production } from './production.ts';

const slack = [{ kind: 'slack', channel: '#captions-staging' }] as const;
const host = 'staging.api.yourapp.com';

/** Like production, smaller. */
export const staging: Environment = {
  ...production,
  name: 'staging',
  // Another than production's, so that both may be in one cluster.
  namespace: `${product.name}-staging`,
  stage: 'staging',
  config: { ...config, TRUSTED_HOSTS: host, TRUSTED_PROXIES: '1', CORS_ORIGINS: 'https://staging.yourapp.com' },
  workloads: {
    api: { scaling: { ...servingScaling, min: 2, max: 6 }, resources },
    graphql: { scaling: { ...servingScaling, min: 2, max: 3 }, resources },
    worker: { scaling: { ...workerScaling, min: 2, max: 4, chunksPerReplica }, resources },
  },
  // Without a gate: staging has too few requests to judge a release by its metrics.
  strategy: { kind: 'canary', steps: [{ weight: 50, soakSeconds: 30 }] },
  database: {
    ...databaseFor('staging'),
    instances: 2,
    storage: '20Gi',
    resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '1', memory: '2Gi' } },
  },
  monitoring: operatorMonitoring({ critical: slack, warning: slack }),
  secrets: externalSecretsFor('staging'),
  deployer: githubDeployerFor('staging'),
  edge: { ...production.edge, host },
};
