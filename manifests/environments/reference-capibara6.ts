import { namesOf } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import {
  configOf,
  identity,
  ingressFor,
  notifyByWebhook,
  operatorMonitoring,
  resources,
  servingScaling,
  workerScaling,
} from './defaults.ts';
import type { Environment, Resources } from './environment.ts';

const host = 'api.capibara6.example';
const ports = { ...identity.ports, http: 8000 };
const store: Resources = { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '1', memory: '2Gi' } };

/** Guide G1: API, GraphQL and workers, each with an autoscaler, and stores in the cluster. It names no host and no resources; those here are G0's. */
export const capibara6: Environment = {
  ...identity,
  name: 'references/capibara6',
  stage: 'production',
  namespace: 'capibara6',
  names: namesOf('capibara6'),
  ports,
  image: `${team.registry}/capibara6:4.0.0`,
  config: {
    ...configOf(ports),
    TRUSTED_HOSTS: host,
    TRUSTED_PROXIES: '1',
    RATE_LIMIT_IP_REQUESTS: '100',
    RATE_LIMIT_IP_ALL_REQUESTS: '100',
    DATABASE_POOL_SIZE: '5',
  },
  workloads: {
    api: { scaling: { ...servingScaling, min: 3, max: 10 }, resources },
    graphql: { scaling: { ...servingScaling, min: 2, max: 6 }, resources },
    worker: { scaling: { ...workerScaling, min: 3, max: 8 }, resources },
  },
  database: { kind: 'stateful-set', storage: '20Gi', resources: store },
  cache: { kind: 'in-cluster', memory: '512mb', resources: store },
  edge: ingressFor(host),
  secrets: { kind: 'by-hand' },
  errorReports: { networks: ['10.0.0.0/8'] },
  monitoring: operatorMonitoring(notifyByWebhook),
};
