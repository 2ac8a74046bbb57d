import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from './context.ts';
import { Problem } from './problem.ts';

const malformed = (detail: string, cause?: unknown) => new Problem('malformed_request', { detail, cause });

const nonAscii = /[^\0-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that Node read as ISO 8859-1, one character a byte. */
function decoded(name: string, value: string): string {
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch (error) {
    throw malformed(`The header ${name} is not UTF-8.`, error);
  }
}

/** Headers are UTF-8: they are checked as they came, and decoded where the service reads them. */
function decodeHeaders({ rawHeaders, headers }: IncomingMessage): void {
  if (!rawHeaders.some((text) => nonAscii.test(text))) return;
  for (let at = 1; at < rawHeaders.length; at += 2) decoded(rawHeaders[at - 1] ?? '', rawHeaders[at] ?? '');
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') headers[name] = decoded(name, value);
}

/** What a host and its port may be written with. */
const hostForm = /^[\w.~!$&'()*+,;=:%[\]-]*$/;

/** A request of HTTP/1.1 has exactly one Host (RFC 9112, section 3.2). Node's own check would answer without any of our headers. */
function checkHost({ rawHeaders, headers, httpVersion }: IncomingMessage): void {
  const given = rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length;
  if (given > 1 || (given === 0 && httpVersion !== '1.0')) throw malformed(`The request has ${given} Host headers instead of 1.`);
  if (!hostForm.test(headers.host ?? '')) throw malformed('The header Host is no name of a host.');
}

/** `scheme://host` in front of the path (RFC 9112, section 3.2.2): then this host counts, and not the header. */
const absolute = /^https?:\/\/([^/?#\\]+)(?=[/?]|$)/i;
/** Visible ASCII without `#`. A fragment and other spellings would be turned into another path by the URL parsers behind. */
const originForm = /^\/[!"$-~]*$/;
/** A proxy may resolve it into another path than the one that it has looked up. */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function checkTarget(ctx: Context): void {
  const [prefix = '', authority] = absolute.exec(ctx.url) ?? [];
  if (authority !== undefined) {
    ctx.req.headers.host = authority;
    ctx.url = ctx.url.slice(prefix.length).replace(/^(?!\/)/, '/');
  }
  if (ctx.url === '*') return;
  if (!originForm.test(ctx.url)) throw malformed('The request target holds characters that must be percent-encoded.');
  if (dotSegment.test(ctx.path)) throw malformed('The path holds the segment . or .., which a client resolves before it sends it.');
  if (!ctx.url.includes('%')) return;
  try {
    decodeURIComponent(ctx.url);
  } catch (error) {
    throw malformed('The request target holds a % that begins no percent-encoded character of UTF-8.', error);
  }
}

/** Answers 400 to a request whose target or headers are no text, or can be read in more than one way. */
export function requestSyntax(): Middleware {
  return function requestSyntax(ctx, next) {
    checkTarget(ctx);
    checkHost(ctx.req);
    decodeHeaders(ctx.req);
    return next();
  };
}
