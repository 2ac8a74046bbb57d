import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { requestIdPattern } from '../../contract/request-id.ts';

/** The id of a request (guide row API-36): the client's X-Request-ID if it is harmless, else a UUID. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}
