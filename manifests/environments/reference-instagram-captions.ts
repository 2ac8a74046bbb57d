import { namesOf } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import { config, heartbeat, identity, ingressFor, operatorMonitoring, resources, servingScaling } from './defaults.ts';
import type { Environment } from './environment.ts';

// The on-call address of the guide.
const onCall = [
  { kind: 'email', to: 'devops@company.com', from: 'alerts@yourapp.com', smarthost: 'smtp.yourapp.com:587', user: 'alerts' },
] as const;
const host = 'api.yourapp.com';

/** Guide G0: the API with 3 to 20 replicas; its stores are outside of the cluster. */
export const instagramCaptions: Environment = {
  ...identity,
  name: 'references/instagram-captions',
  namespace: 'instagram-captions',
  names: namesOf('instagram-captions'),
  stage: 'production',
  image: `${team.registry}/instagram-captions-api:4.0.0-production`,
  config: {
    ...config,
    TRUSTED_HOSTS: `localhost,yourapp.com,${host}`,
    TRUSTED_PROXIES: '1',
    CORS_ORIGINS: 'https://yourapp.com,https://api.yourapp.com',
  },
  workloads: { api: { scaling: { ...servingScaling, min: 3, max: 20 }, resources } },
  database: { kind: 'external', networks: ['10.0.0.0/8'] },
  cache: { kind: 'external', networks: ['10.0.0.0/8'] },
  edge: ingressFor(host),
  // Any host of the internet, because the guide names none.
  errorReports: {},
  secrets: { kind: 'by-hand' },
  logs: {
    kind: 'fluent-bit',
    namespace: 'fluent-bit',
    elasticsearch: { service: 'elasticsearch', namespace: 'logging' },
    index: 'instagram-captions-logs',
  },
  monitoring: operatorMonitoring({ critical: onCall, warning: onCall, heartbeat }),
  contacts: { onCall: '+1-555-0123', operations: 'devops@company.com', security: 'security@company.com' },
  links: { runbooks: 'https://wiki.yourapp.com/runbooks', grafana: 'https://grafana.yourapp.com' },
};
