/** A response header as the OpenAPI document describes it. */
interface ResponseHeader {
  readonly description: string;
  /** JSON schema of its value. */
  readonly schema:
    | { readonly type: 'integer'; readonly minimum: number; readonly maximum?: number }
    | { readonly type: 'string'; readonly pattern?: string; readonly const?: string; readonly format?: string };
}

/** Every response header with a meaning of its own to a client. Those of HTTP itself (Date, Vary, …) and of browsers are not listed. */
export const responseHeaders = {
  'X-Request-ID': { description: 'Id of this request in the logs', schema: { type: 'string', pattern: '^[\\w.:-]{8,64}$' } },
  'X-Release': { description: 'The release that answers', schema: { type: 'string', pattern: '^\\S+$' } },
  'RateLimit-Policy': {
    description: 'Each limit that counts this request: its name, requests (q) and window in seconds (w)',
    schema: { type: 'string', pattern: '^"[a-z]+";q=\\d+;w=\\d+(, "[a-z]+";q=\\d+;w=\\d+)*$' },
  },
  RateLimit: {
    description: 'What remains of each limit: requests (r), and seconds until its window ends (t)',
    schema: { type: 'string', pattern: '^"[a-z]+";r=\\d+;t=\\d+(, "[a-z]+";r=\\d+;t=\\d+)*$' },
  },
  'X-RateLimit-Limit': { description: 'Requests in the window of the last limit', schema: { type: 'integer', minimum: 0 } },
  'X-RateLimit-Remaining': { description: 'Requests that remain in that window', schema: { type: 'integer', minimum: 0 } },
  'X-RateLimit-Reset': { description: 'End of that window, in seconds since the epoch', schema: { type: 'integer', minimum: 0 } },
  'Retry-After': { description: 'Seconds to wait before the next try', schema: { type: 'integer', minimum: 0 } },
  'X-Should-Retry': {
    description: 'Set if the same request will fail again: clients of OpenAI do not retry it',
    schema: { type: 'string', const: 'false' },
  },
  'WWW-Authenticate': { description: 'How to authenticate', schema: { type: 'string', pattern: '^Bearer' } },
  'Idempotency-Replayed': {
    description: 'Set if this is the stored response to an earlier request with the same Idempotency-Key',
    schema: { type: 'string', const: 'true' },
  },
  Location: { description: 'Path of the created resource', schema: { type: 'string', format: 'uri-reference' } },
  Link: {
    description: 'The next page (RFC 8288); not set on the last page',
    schema: { type: 'string', pattern: '^<[^<>]+>; rel="next"$' },
  },
  'Set-Cookie': {
    description: 'Sets, extends or deletes the session cookie',
    schema: { type: 'string', pattern: '^(__Host-)?leyenda=[\\w-]*; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Strict(; Secure)?$' },
  },
  'Content-Disposition': {
    description: 'The name of the file',
    schema: { type: 'string', pattern: '^attachment; filename="[\\w.-]+"$' },
  },
  ETag: { description: 'Version of the body: send it as If-None-Match', schema: { type: 'string', pattern: '^(W/)?"[!#-~]*"$' } },
  'Cache-Control': { description: 'Whether and how long caches may keep the response', schema: { type: 'string' } },
  Allow: { description: 'Methods of this path', schema: { type: 'string', pattern: '^[A-Z]+(, [A-Z]+)*$' } },
} as const satisfies Record<string, ResponseHeader>;
export type ResponseHeaderName = keyof typeof responseHeaders;

const isResponseHeader = (name: string): name is ResponseHeaderName => name in responseHeaders;
export const responseHeaderNames: readonly ResponseHeaderName[] = Object.keys(responseHeaders).filter(isResponseHeader);
