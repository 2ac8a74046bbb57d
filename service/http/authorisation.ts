import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import type { Permission } from '../../contract/roles.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

/**
 * Asks for access to the API (or to GraphQL) and for the permission that the endpoint declares (guide row AUTH-15): 401 without
 * a valid credential, 403 without the permission.
 */
export function authorisation({ permission, port }: Pick<Endpoint, 'permission' | 'port'>): Middleware {
  if (permission === 'public') return (_ctx, next) => next();
  const needed: readonly Permission[] = [port === 'graphql' ? 'GraphQL_Access' : 'API_Access', permission];
  return function authorisation(ctx, next) {
    const { caller } = ctx.state;
    if (caller === undefined) throw new Problem('unauthorized');
    const missing = needed.find((wanted) => !caller.permissions.includes(wanted));
    if (missing !== undefined) throw new Problem('forbidden', { detail: `This needs the permission ${missing}.` });
    return next();
  };
}
