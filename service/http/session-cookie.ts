import type { Context } from './context.ts';
import { Problem } from './problem.ts';

/**
 * Names of the session cookie. Browsers accept a name with the prefix `__Host-` only from the host itself over https, so that no other
 * host of the domain and no page over http can set it (RFC 6265bis, section 4.1.3.2).
 */
export const sessionCookieNames = { http: 'leyenda', https: '__Host-leyenda' } as const;

const nameOf = ({ secure }: Context) => sessionCookieNames[secure ? 'https' : 'http'];
/** What `generateKey` returns. */
const tokenPattern = /^[\w-]{43}$/;

/** The token in the session cookie of a request. */
export function sessionTokenOf(ctx: Context): string | undefined {
  const token = ctx.cookies.get(nameOf(ctx));
  return token !== undefined && tokenPattern.test(token) ? token : undefined;
}

const write = (ctx: Context, token: string, maxAge: number) =>
  ctx.set('Set-Cookie', `${nameOf(ctx)}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${ctx.secure ? '; Secure' : ''}`);

/** @param expiresAt in milliseconds since the epoch */
export const setSessionCookie = (ctx: Context, token: string, expiresAt: number) =>
  write(ctx, token, Math.max(0, Math.floor((expiresAt - Date.now()) / 1000)));

export const clearSessionCookie = (ctx: Context) => write(ctx, '', 0);

/**
 * Whether a page of this origin sent the request; undefined if the client does not say. Pages cannot set these headers. Browsers omit
 * Sec-Fetch-Site over http, except on localhost.
 */
function isSameOrigin(ctx: Context): boolean | undefined {
  const { 'sec-fetch-site': site, origin, host } = ctx.req.headers;
  if (site !== undefined) return site === 'same-origin';
  return origin === undefined ? undefined : origin === `${ctx.protocol}://${host}`;
}

const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Rejects a change that another origin sends with the cookie of this one. SameSite keeps the cookie from other sites, but not from
 * other ports and subdomains.
 * @throws {Problem} cross_origin_request
 */
export function requireOwnOrigin(ctx: Context): void {
  if (!safeMethods.includes(ctx.method) && isSameOrigin(ctx) !== true) throw new Problem('cross_origin_request');
}

/**
 * Rejects a sign-in by a page of another origin, which would sign the user in to an account of the page's choice. A client that is no
 * browser sends neither header.
 * @throws {Problem} cross_origin_request
 */
export function rejectOtherOrigin(ctx: Context): void {
  if (isSameOrigin(ctx) === false) throw new Problem('cross_origin_request');
}
