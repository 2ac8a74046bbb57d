import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemCode } from '../../contract/errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { commonHeaders } from './common-headers.ts';
import { errorFormatForPath } from './error-formats.ts';
import { jsonText } from './json-text.ts';
import { Problem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

/** Error codes of Node's HTTP parser and its timeouts; any other code means a malformed request. */
const problemCodes: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'payload_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Milliseconds between the response and the end of the connection: a TCP reset could overtake the response. */
const closeDelayMs = 500;

interface ParserError extends NodeJS.ErrnoException {
  /** The bytes that the parser was reading. */
  readonly rawPacket?: Buffer;
}

/** The path in the request line, if the parser got that far. */
const pathOf = ({ rawPacket }: ParserError) => /^[A-Z]+ (\/[^\s?]*)/.exec(rawPacket?.toString('latin1') ?? '')?.[1] ?? '/';

function responseText(problem: Problem, path: string, requestId: string, releaseId: string): string {
  const form = errorFormatForPath(path);
  const status = form.status(problem);
  const body = jsonText(form.body(problem, { requestId }));
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

export interface ParserErrorOptions {
  readonly releaseId: string;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/**
 * Sends a problem with the usual headers if the HTTP parser rejects a request as malformed, too large or too slow, so that it never
 * reaches the application. Writes nothing into a response that has already started on the same connection.
 */
export function answerParserErrors(server: Server, { releaseId, log, metrics }: ParserErrorOptions): void {
  const lines = log.child({ module: 'http', function: 'parserErrors' });
  const open = new WeakMap<Duplex, Set<ServerResponse>>();
  const handled = new WeakSet<Duplex>();
  server.prependListener('request', ({ socket }, response) => {
    const responses = open.get(socket) ?? new Set();
    open.set(socket, responses.add(response));
    response.once('close', () => responses.delete(response));
  });
  server.on('clientError', (error: ParserError, socket) => {
    if (handled.has(socket)) return;
    handled.add(socket);
    const started = [...(open.get(socket) ?? [])].some(({ headersSent }) => headersSent);
    if (!socket.writable || started) {
      socket.destroy(error);
      return;
    }
    const problem = new Problem(problemCodes[error.code ?? ''] ?? 'malformed_request', { cause: error });
    const requestId = requestIdOf({});
    socket.end(responseText(problem, pathOf(error), requestId, releaseId));
    setTimeout(() => socket.destroy(), closeDelayMs).unref();
    lines.info({ request_id: requestId, code: problem.code, reason: error.code }, 'Request rejected by the HTTP parser');
    metrics.count('requests', { method: 'other', route: 'unmatched', status: String(problem.status) });
  });
}
