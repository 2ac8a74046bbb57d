import { config, image, namespace, resources } from './defaults.ts';
import type { Environment } from './environment.ts';

const host = 'staging.api.yourapp.com';

/** Like production, smaller. */
export const staging: Environment = {
  name: 'staging',
  namespace,
  image,
  config: { ...config, TRUSTED_HOSTS: host, TRUSTED_PROXIES: '1', CORS_ORIGINS: 'https://staging.yourapp.com' },
  replicas: { min: 2, max: 6 },
  resources,
  stores: { networks: ['10.0.0.0/8'] },
  edge: { host, gatewayClass: 'traefik', namespace: 'edge', issuer: 'letsencrypt-prod' },
  monitoring: { namespace: 'monitoring' },
};
