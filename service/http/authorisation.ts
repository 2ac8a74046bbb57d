import type { Endpoint } from '../contract/endpoints.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

/** Asks for the permission that the endpoint declares: 401 without a valid credential, 403 without the permission. */
export function authorisation({ permission }: Pick<Endpoint, 'permission'>): Middleware {
  return function authorisation(ctx, next) {
    if (permission === 'public') return next();
    const { caller } = ctx.state;
    if (caller === undefined) throw new Problem('unauthorized', { headers: { 'WWW-Authenticate': 'Bearer realm="api"' } });
    if (!caller.permissions.includes(permission)) throw new Problem('forbidden', { detail: `This needs the permission ${permission}.` });
    return next();
  };
}
