import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import type { Permission } from '../../contract/roles.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

/**
 * Requires access to the API (or to GraphQL) and the permission that the endpoint declares: 401 without a valid credential, 403
 * without the permission.
 */
export function authorisation({ permission, port }: Pick<Endpoint, 'permission' | 'port'>): Middleware {
  if (permission === 'public') return (_ctx, next) => next();
  const required: readonly Permission[] = [port === 'graphql' ? 'GraphQL_Access' : 'API_Access', permission];
  return function authorisation(ctx, next) {
    const { caller } = ctx.state;
    if (caller === undefined) throw new Problem('unauthorized');
    const missing = required.find((name) => !caller.permissions.includes(name));
    if (missing !== undefined) throw new Problem('forbidden', { detail: `This needs the permission ${missing}.` });
    return next();
  };
}
