import { ports } from '../../../contract/ports.ts';
import { production } from '../../environments/production.ts';
import { nginxDefaults } from './defaults.ts';
import { nginxTarget } from './target.ts';

/** Docker's own name server, the same in every network of its. */
const docker = '127.0.0.11';

/** The nginx in front of the product where there is no Kubernetes: mounted at /etc/nginx/nginx.conf (guide row NG-14). */
export const product = nginxTarget({
  ...nginxDefaults,
  serverNames: [production.edge.host],
  /** Guide row NG-04. */
  tls: { certificate: '/etc/nginx/ssl/yourapp.crt', key: '/etc/nginx/ssl/yourapp.key' },
  upstreams: { api: [`api:${ports.http}`], graphql: [`graphql:${ports.graphql}`] },
  resolver: docker,
  service: { http: 'api', graphql: 'graphql' },
  settings: production.config,
});
