import { background, config, databaseIn, deployerIn, resources, secretsIn, serving } from './defaults.ts';
import type { Environment } from './environment.ts';
import { production } from './production.ts';

const host = 'staging.api.yourapp.com';

/** Like production, smaller. */
export const staging: Environment = {
  ...production,
  name: 'staging',
  stage: 'staging',
  config: { ...config, TRUSTED_HOSTS: host, TRUSTED_PROXIES: '1', CORS_ORIGINS: 'https://staging.yourapp.com' },
  workloads: {
    api: { scaling: { ...serving, min: 2, max: 6 }, resources },
    graphql: { scaling: { ...serving, min: 2, max: 3 }, resources },
    worker: { scaling: { ...background, min: 2, max: 4 }, resources },
  },
  database: {
    ...databaseIn('staging'),
    instances: 2,
    storage: '20Gi',
    resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '1', memory: '2Gi' } },
  },
  secrets: secretsIn('staging'),
  deployer: deployerIn('staging'),
  edge: { ...production.edge, host },
};
