import { product } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import {
  databaseFor,
  exposedConfig,
  externalSecretsFor,
  githubDeployerFor,
  heartbeat,
  itemsPerReplica,
  operatorMonitoring,
  resources,
  servingScaling,
  workerScaling,
} from './defaults.ts';
import type { Environment } from './environment.ts';
import { production } from './production.ts';
import { alertReceivers, expectedCluster } from './team-values.ts';

const receivers = alertReceivers(team.stagingAlerts);
const host = team.stagingHost;
const cluster = expectedCluster(team.stagingCluster);

const { cluster: _, ...productionElsewhere } = production;

/** Like production, smaller. */
export const staging: Environment = {
  ...productionElsewhere,
  ...(cluster === undefined ? {} : { cluster: { identity: cluster } }),
  name: 'staging',
  // Another than production's, so that both may be in one cluster.
  namespace: `${product.name}-staging`,
  stage: 'staging',
  config: exposedConfig(host, team.stagingOrigins),
  workloads: {
    api: { scaling: { ...servingScaling, min: 2, max: 6 }, resources },
    graphql: { scaling: { ...servingScaling, min: 2, max: 3 }, resources },
    worker: { scaling: { ...workerScaling, min: 2, max: 4, itemsPerReplica }, resources },
  },
  // Without a gate: staging has too few requests to judge a release by its metrics.
  strategy: { kind: 'canary', steps: [{ weight: 50, soakSeconds: 30 }] },
  database: {
    ...databaseFor('staging'),
    instances: 2,
    storage: '20Gi',
    resources: { requests: { cpu: '500m', memory: '2Gi' }, limits: { cpu: '1', memory: '2Gi' } },
  },
  monitoring: operatorMonitoring({ critical: receivers, warning: receivers, heartbeat }),
  secrets: externalSecretsFor('staging'),
  deployer: githubDeployerFor('staging', team.stagingAudience),
  edge: { ...production.edge, host },
};
