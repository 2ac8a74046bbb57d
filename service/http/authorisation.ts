import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import type { Permission } from '../../contract/roles.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

/** The permissions that a caller of the endpoint needs; none if it is public. */
export function requiredPermissions({ permission, port }: Pick<Endpoint, 'permission' | 'port'>): readonly Permission[] {
  return permission === 'public' ? [] : [port === 'graphql' ? 'GraphQL_Access' : 'API_Access', permission];
}

/**
 * Requires access to the API (or to GraphQL) and the permission that the endpoint declares: 401 without a valid credential, 403
 * without the permission.
 */
export function authorisation(endpoint: Pick<Endpoint, 'permission' | 'port'>): Middleware {
  const required = requiredPermissions(endpoint);
  if (required.length === 0) return (_ctx, next) => next();
  return function authorisation(ctx, next) {
    const { caller } = ctx.state;
    if (caller === undefined) throw new Problem('unauthorized');
    const missing = required.find((name) => !caller.permissions.includes(name));
    if (missing !== undefined) throw new Problem('forbidden', { detail: `This needs the permission ${missing}.` });
    return next();
  };
}
