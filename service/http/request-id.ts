import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { requestIdPattern } from '../../contract/request-id.ts';

/** The id of a request: the client's X-Request-ID if it matches the allowed pattern, otherwise a UUID. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}
