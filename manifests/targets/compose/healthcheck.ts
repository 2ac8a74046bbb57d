import { healthCheckAgent } from '../../../contract/health-checks.ts';
import type { Healthcheck } from './compose-types.ts';

/** A request within the container, by the `wget` of its image. */
export const httpCheck = (port: number, path: `/${string}`): Healthcheck['test'] => [
  'CMD',
  'wget',
  '-q',
  '-U',
  healthCheckAgent,
  '--spider',
  `http://127.0.0.1:${port}${path}`,
];
