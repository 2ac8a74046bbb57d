import { timings } from '../../../contract/timings.ts';

/** The common values of most targets. */
export const nginxDefaults = {
  frameOptions: 'DENY',
  zones: { api: { name: 'api', megabytes: 10 }, login: { name: 'login', megabytes: 10 }, batch: { name: 'batch', megabytes: 10 } },
  timeoutSeconds: timings.edge,
  workerConnections: 1024,
  files: { pid: '/run/nginx.pid', accessLog: '/var/log/nginx/access.log', errorLog: '/var/log/nginx/error.log' },
} as const;
