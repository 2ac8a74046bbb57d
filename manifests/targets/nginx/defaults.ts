import { timings } from '../../../contract/timings.ts';

/** What most targets have in common. */
export const nginxDefaults = {
  frameOptions: 'DENY',
  /** Guide rows RL-07, RL-08. */
  zones: { api: { name: 'api', megabytes: 10 }, login: { name: 'login', megabytes: 10 }, batch: { name: 'batch', megabytes: 10 } },
  timeoutSeconds: timings.edge,
  /** Guide row NG-08. */
  workerConnections: 1024,
  files: { pid: '/run/nginx.pid', accessLog: '/var/log/nginx/access.log', errorLog: '/var/log/nginx/error.log' },
} as const;
