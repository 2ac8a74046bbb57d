import { createServer, type RequestListener, type Server } from 'node:http';
import { timings } from '../../contract/timings.ts';

/**
 * HTTP server hardened against slow clients: it closes a connection whose client sends a request too slowly, or reads nothing of an
 * answer for `silenceMs`. An answer that is still being made is not silent for so long: a stream has its heartbeat, the rest its time limit.
 */
export function createHttpServer(answer: RequestListener, silenceMs = timings.edge * 1000): Server {
  const times = { keepAliveTimeout: timings.idle * 1000, requestTimeout: timings.edge * 1000 };
  // Node would answer these two itself, without any header of ours: the application checks the Host and ignores an unknown Expect.
  const server = createServer({ ...times, requireHostHeader: false }, answer).on('checkExpectation', answer);
  // Node closes a connection at the second look at which nothing was read: at the first one, what the system's buffers took counts.
  server.timeout = silenceMs / 2;
  return server;
}
