import type { Caller } from './caller.ts';
import type { Context, Middleware } from './context.ts';
import { requireOwnOrigin, sessionTokenOf } from './session-cookie.ts';

/** Resolves a credential to its caller; undefined if it is invalid. Throws a Problem if it cannot be checked now. */
type Resolve = (credential: string) => Promise<Caller | undefined>;
export interface Authenticate {
  /** API keys and access tokens. */
  readonly bearer: Resolve;
  /** The token in a session cookie. */
  readonly cookie: Resolve;
}

const bearer = /^Bearer +([\w.~+/=-]{1,512})$/i;

/** The caller of a session cookie. Programs send Authorization, and then a cookie has no effect. */
function fromCookie(ctx: Context, authenticate: Authenticate): Promise<Caller | undefined> | undefined {
  const token = sessionTokenOf(ctx);
  if (token === undefined) return undefined;
  requireOwnOrigin(ctx);
  return authenticate.cookie(token);
}

/**
 * Resolves `Authorization: Bearer <credential>`, or without this header the session cookie, to a caller. `authorisation` decides whether
 * the endpoint requires one.
 */
export function authentication(authenticate: Authenticate): Middleware {
  return async function authentication(ctx, next) {
    const { authorization, cookie } = ctx.req.headers;
    let caller: Caller | undefined;
    if (authorization !== undefined) {
      const key = bearer.exec(authorization)?.[1];
      caller = key === undefined ? undefined : await authenticate.bearer(key);
    } else if (cookie !== undefined) caller = await fromCookie(ctx, authenticate);
    if (caller !== undefined) ctx.state.caller = caller;
    return next();
  };
}
