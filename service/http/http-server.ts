import { createServer, type RequestListener, type Server } from 'node:http';
import { timings } from '../../contract/timings.ts';

/**
 * HTTP server hardened against slow clients: it closes a connection if the client sends a request too slowly, or reads nothing of a
 * response for `silenceMs`. Streams send a heartbeat and other responses have a shorter timeout, or a longer one that `requestTimeout` sets,
 * so that pending responses do not count as silent.
 */
export function createHttpServer(answer: RequestListener, silenceMs = timings.client * 1000): Server {
  const times = { keepAliveTimeout: timings.idle * 1000, requestTimeout: timings.client * 1000 };
  // Node's own responses would not have the common headers: the application checks Host, and ignores an unknown Expect.
  const server = createServer({ ...times, requireHostHeader: false }, answer).on('checkExpectation', answer);
  // Node closes a connection at the second timeout without progress: at the first, bytes in the system's buffers count as progress.
  server.timeout = silenceMs / 2;
  return server;
}
