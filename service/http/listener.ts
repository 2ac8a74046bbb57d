import { createServer, type RequestListener, type Server } from 'node:http';
import { timings } from '../contract/timings.ts';

/**
 * A server that no caller can hold a connection of: whoever sends a request too slowly, or reads nothing of an answer for
 * `silenceMs`, loses it. An answer that is still made is not silent for so long: a stream has its heartbeat, the rest its time limit.
 */
export function createListener(answer: RequestListener, silenceMs = timings.edge * 1000): Server {
  const server = createServer({ keepAliveTimeout: timings.idle * 1000, requestTimeout: timings.edge * 1000 }, answer);
  server.timeout = silenceMs;
  return server;
}
