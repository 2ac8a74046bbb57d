import { ports } from '../../../contract/ports.ts';
import { production } from '../../environments/production.ts';
import { nginxDefaults } from './defaults.ts';
import { nginxTarget } from './target.ts';

/** Docker's DNS server, which has the same address in all networks. */
const docker = '127.0.0.11';

/** The nginx in front of the product without Kubernetes, mounted at /etc/nginx/nginx.conf. */
export const product = nginxTarget({
  ...nginxDefaults,
  serverNames: [production.edge.host],
  tls: { certificate: '/etc/nginx/ssl/yourapp.crt', key: '/etc/nginx/ssl/yourapp.key' },
  upstreams: { api: [`api:${ports.http}`], graphql: [`graphql:${ports.graphql}`] },
  resolver: docker,
  service: { http: 'api', graphql: 'graphql' },
  settings: production.config,
});
