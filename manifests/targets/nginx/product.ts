import { ports } from '../../../contract/ports.ts';
import { production } from '../../environments/production.ts';
import { nginxDefaults } from './defaults.ts';
import { nginxTarget } from './target.ts';

const certificate = `/etc/nginx/ssl/${production.names.prefix}`;

/** nginx in front of the service's processes on the same host, as /etc/nginx/nginx.conf. */
export const product = nginxTarget({
  ...nginxDefaults,
  serverNames: [production.edge.host],
  tls: { certificate: `${certificate}.crt`, key: `${certificate}.key` },
  upstreams: { api: [`127.0.0.1:${ports.http}`], graphql: [`127.0.0.1:${ports.graphql}`] },
  service: { http: 'api', graphql: 'graphql' },
  settings: production.config,
});
