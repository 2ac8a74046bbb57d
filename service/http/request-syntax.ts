import type { IncomingMessage } from 'node:http';
import type { Context, Middleware } from './context.ts';
import { Problem } from './problem.ts';

const malformed = (detail: string, cause?: unknown) => new Problem('malformed_request', { detail, cause });

const nonAscii = /[^\0-\x7f]/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes a header, which Node reads as ISO 8859-1, as UTF-8. */
function decoded(name: string, value: string): string {
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch (error) {
    throw malformed(`The header ${name} is not UTF-8.`, error);
  }
}

/** Checks that all headers are UTF-8, and decodes those that the service reads. */
function decodeHeaders({ rawHeaders, headers }: IncomingMessage): void {
  if (!rawHeaders.some((text) => nonAscii.test(text))) return;
  for (let at = 1; at < rawHeaders.length; at += 2) decoded(rawHeaders[at - 1] ?? '', rawHeaders[at] ?? '');
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') headers[name] = decoded(name, value);
}

/** Characters of a host and port. */
const hostForm = /^[\w.~!$&'()*+,;=:%[\]-]*$/;

/** HTTP/1.1 requires exactly one Host (RFC 9112, section 3.2). Node's own response would not have the common headers. */
function checkHost({ rawHeaders, headers, httpVersion }: IncomingMessage): void {
  const given = rawHeaders.filter((name, at) => at % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host').length;
  if (given > 1 || (given === 0 && httpVersion !== '1.0')) throw malformed(`The request has ${given} Host headers instead of 1.`);
  if (!hostForm.test(headers.host ?? '')) throw malformed('The header Host is not a valid host.');
}

/** A target in absolute form, whose host replaces the Host header (RFC 9112, section 3.2.2). */
const absolute = /^https?:\/\/([^/?#\\]+)(?=[/?]|$)/i;
/** Visible ASCII without `#`. URL parsers would turn a fragment or other characters into another path. */
const originForm = /^\/[!"$-~]*$/;
/** A proxy may resolve it to a path other than the one that it has checked. */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function checkTarget(ctx: Context): void {
  const [prefix = '', authority] = absolute.exec(ctx.url) ?? [];
  if (authority !== undefined) {
    ctx.req.headers.host = authority;
    ctx.url = ctx.url.slice(prefix.length).replace(/^(?!\/)/, '/');
  }
  if (ctx.url === '*') return;
  if (!originForm.test(ctx.url)) throw malformed('The request target contains characters that must be percent-encoded.');
  if (dotSegment.test(ctx.path))
    throw malformed('The path contains the segment . or .., which clients resolve before they send a request.');
  if (!ctx.url.includes('%')) return;
  try {
    decodeURIComponent(ctx.url);
  } catch (error) {
    throw malformed('The request target contains a % that is not part of a percent-encoded UTF-8 character.', error);
  }
}

/** Rejects requests whose target or headers are not UTF-8 or are ambiguous. */
export function requestSyntax(): Middleware {
  return function requestSyntax(ctx, next) {
    checkTarget(ctx);
    checkHost(ctx.req);
    decodeHeaders(ctx.req);
    return next();
  };
}
