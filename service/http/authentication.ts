import type { Caller } from './caller.ts';
import type { Middleware } from './context.ts';

/** Resolves a credential to its caller; undefined if it is invalid. Throws a Problem if it cannot be checked now. */
export type Authenticate = (credential: string) => Promise<Caller | undefined>;

const bearer = /^Bearer +([\w.~+/=-]{1,512})$/i;

/** Resolves `Authorization: Bearer <credential>` to a caller. `authorisation` decides whether the endpoint requires one. */
export function authentication(authenticate: Authenticate): Middleware {
  return async function authentication(ctx, next) {
    const key = bearer.exec(ctx.req.headers.authorization ?? '')?.[1];
    const caller = key === undefined ? undefined : await authenticate(key);
    if (caller !== undefined) ctx.state.caller = caller;
    return next();
  };
}
