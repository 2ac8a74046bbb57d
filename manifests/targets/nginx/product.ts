import { ports } from '../../../contract/ports.ts';
import { production } from '../../environments/production.ts';
import { nginxDefaults } from './defaults.ts';
import { nginxTarget } from './target.ts';

/** nginx in front of the service's processes on the same host, as /etc/nginx/nginx.conf. */
export const product = nginxTarget({
  ...nginxDefaults,
  serverNames: [production.edge.host],
  tls: { certificate: '/etc/nginx/ssl/yourapp.crt', key: '/etc/nginx/ssl/yourapp.key' },
  upstreams: { api: [`127.0.0.1:${ports.http}`], graphql: [`127.0.0.1:${ports.graphql}`] },
  service: { http: 'api', graphql: 'graphql' },
  settings: production.config,
});
