import { config, image, namespace, resources } from './defaults.ts';
import type { Environment } from './environment.ts';

const host = 'api.yourapp.com';

/** Guide G0: three replicas at least, twenty at most (K8-04, K8-14). */
export const production: Environment = {
  name: 'production',
  namespace,
  image,
  config: { ...config, TRUSTED_HOSTS: host, TRUSTED_PROXIES: '1', CORS_ORIGINS: 'https://yourapp.com,https://api.yourapp.com' },
  replicas: { min: 3, max: 20 },
  resources,
  stores: { networks: ['10.0.0.0/8'] },
  edge: { host, gatewayClass: 'traefik', namespace: 'edge', issuer: 'letsencrypt-prod' },
  monitoring: { namespace: 'monitoring' },
};
