import { ports } from '../../../contract/ports.ts';
import { cloudflare } from './cdn.ts';
import { nginxDefaults } from './defaults.ts';
import { type NginxTarget, nginxTarget } from './target.ts';

/** Settings that the service behind each needs. */
const settings = { TRUSTED_PROXIES: '1' } as const;
const graphql = [`graphql:${ports.graphql}`] as const;

/** Instagram Captions API v4.0, behind CloudFlare. */
const instagramCaptions = nginxTarget({
  ...nginxDefaults,
  serverNames: ['api.yourapp.com'],
  tls: { certificate: '/etc/nginx/ssl/yourapp.crt', key: '/etc/nginx/ssl/yourapp.key' },
  upstreams: { instagram_captions_api: ['instagram_captions_api:8080'], graphql },
  service: { http: 'instagram_captions_api', graphql: 'graphql' },
  settings: { ...settings, TRUSTED_HOSTS: 'localhost,yourapp.com,api.yourapp.com' },
  timeoutSeconds: 30,
  cdn: cloudflare,
});

/** PreventIA: two processes of the API, which also serve the page. */
const preventia = nginxTarget({
  ...nginxDefaults,
  serverNames: ['preventia.com', 'www.preventia.com'],
  tls: {
    certificate: '/etc/letsencrypt/live/preventia.com/fullchain.pem',
    key: '/etc/letsencrypt/live/preventia.com/privkey.pem',
  },
  upstreams: { api_backend: ['127.0.0.1:8000', '127.0.0.1:8002'], graphql: ['127.0.0.1:8001'] },
  service: { http: 'api_backend', graphql: 'graphql' },
  settings,
  frameOptions: 'SAMEORIGIN',
  zones: { ...nginxDefaults.zones, api: { name: 'api_limit', megabytes: 10 }, login: { name: 'login_limit', megabytes: 10 } },
});

/** FastAPI practice 34: any name, plain HTTP, files of its own. */
const fastapi = nginxTarget({
  ...nginxDefaults,
  serverNames: 'any',
  upstreams: { fastapi_backend: ['api:8000'], graphql },
  service: { http: 'fastapi_backend', graphql: 'graphql' },
  settings,
  staticFiles: { prefix: '/static/', folder: '/app/static/' },
  timeoutSeconds: 30,
});

/** The guides' own nginx files as data of the same renderer, by the guide's name. */
export const nginxReferences: Readonly<Record<'instagram-captions' | 'preventia' | 'fastapi-stack', NginxTarget>> = {
  'instagram-captions': instagramCaptions,
  preventia,
  'fastapi-stack': fastapi,
};
