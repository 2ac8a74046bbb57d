import { team } from '../../contract/team.ts';
import {
  databaseFor,
  exposedConfig,
  externalSecretsFor,
  githubDeployerFor,
  heartbeat,
  identity,
  itemsPerReplica,
  letsEncrypt,
  operatorMonitoring,
  resources,
  servingScaling,
  workerScaling,
} from './defaults.ts';
import type { Environment } from './environment.ts';
import { alertReceivers, expectedCluster } from './team-values.ts';

const { host } = team;
const cluster = expectedCluster(team.cluster);

/** The replicas of the guides: the API's of G0, those of GraphQL and the workers of G1. */
export const production: Environment = {
  ...identity,
  name: 'production',
  stage: 'production',
  ...(cluster === undefined ? {} : { cluster: { identity: cluster } }),
  config: exposedConfig(host, team.origins),
  workloads: {
    api: { scaling: { ...servingScaling, min: 3, max: 20 }, resources },
    graphql: { scaling: { ...servingScaling, min: 2, max: 6 }, resources },
    worker: { scaling: { ...workerScaling, min: 3, max: 8, itemsPerReplica }, resources },
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
  monitoring: operatorMonitoring({ critical: alertReceivers(team.criticalAlerts), warning: alertReceivers(team.warningAlerts), heartbeat }),
  deployer: githubDeployerFor('production', team.audience),
  admission: 'pinned-images',
};
