import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemCode } from '../../contract/errors.ts';
import type { AppDependencies } from '../app-dependencies.ts';
import { commonHeaders } from './common-headers.ts';
import { errorFormatForPath } from './error-formats.ts';
import { Problem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

/** Codes of Node's parser and of its time limits; every other one is a request that is no HTTP. */
const problemCodes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** How long a client may still send while it reads the answer, in milliseconds: a reset could overtake it. */
const lingerMs = 500;

interface ParserError extends NodeJS.ErrnoException {
  /** What the parser was reading. */
  readonly rawPacket?: Buffer;
}

/** The path in the first line of a request, if the parser came so far. */
const pathOf = ({ rawPacket }: ParserError) => /^[A-Z]+ (\/[^\s?]*)/.exec(rawPacket?.toString('latin1') ?? '')?.[1] ?? '/';

function responseText(problem: Problem, path: string, requestId: string, releaseId: string): string {
  const form = errorFormatForPath(path);
  const status = form.status(problem);
  const body = JSON.stringify(form.body(problem, requestId));
  const headers = {
    Date: new Date().toUTCString(),
    'Content-Type': `${form.type}; charset=utf-8`,
    'Content-Length': String(Buffer.byteLength(body)),
    Connection: 'close',
    'Cache-Control': 'no-store',
    ...commonHeaders(requestId, releaseId),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}

/**
 * Answers what never becomes a request of the application, because it is no HTTP, too large or too slow: a problem with the headers
 * of every other response. Nothing is written into a response that has begun on the same connection.
 */
export function answerParserErrors(
  server: Server,
  { settings, log, metrics }: Pick<AppDependencies, 'settings' | 'log' | 'metrics'>,
): void {
  const lines = log.child({ module: 'http', function: 'parserErrors' });
  const open = new WeakMap<Duplex, Set<ServerResponse>>();
  const answered = new WeakSet<Duplex>();
  server.prependListener('request', ({ socket }, response) => {
    const responses = open.get(socket) ?? new Set();
    open.set(socket, responses.add(response));
    response.once('close', () => responses.delete(response));
  });
  server.on('clientError', (error: ParserError, socket) => {
    if (answered.has(socket)) return;
    answered.add(socket);
    const begun = [...(open.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (!socket.writable || begun) {
      socket.destroy(error);
      return;
    }
    const problem = new Problem(problemCodes[error.code ?? ''] ?? 'malformed_request', { cause: error });
    const requestId = requestIdOf({});
    socket.end(responseText(problem, pathOf(error), requestId, settings.RELEASE_ID));
    setTimeout(() => socket.destroy(), lingerMs).unref();
    lines.info({ request_id: requestId, code: problem.code, reason: error.code }, 'Request refused by the HTTP parser');
    metrics.count('requests', { method: 'other', route: 'unmatched', status: String(problem.status) });
  });
}
