import { config, image, namespace } from './defaults.ts';
import type { Environment } from './environment.ts';

/** A cluster on one machine: stores inside, one gateway, no operators. */
export const local: Environment = {
  name: 'local',
  namespace,
  image,
  // One key may put the whole cluster under load here.
  config: { ...config, TRUSTED_PROXIES: '1', RATE_LIMIT_REQUESTS: '1000000' },
  replicas: { min: 2, max: 4 },
  resources: { requests: { cpu: '100m', memory: '192Mi' }, limits: { cpu: '1', memory: '512Mi' } },
  stores: 'in-cluster',
  edge: { host: 'captions.localhost', gatewayClass: 'traefik', namespace: 'edge' },
};
