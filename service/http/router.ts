import Router from '@koa/router';
import type Koa from 'koa';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import type { Middleware, State } from './context.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

export type Routes = Readonly<Record<EndpointName, Route>>;

function methodsOf(name: EndpointName): readonly string[] {
  const { method } = endpointOf(name);
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}

/** Mounts the endpoints that a listener serves, each behind its own middleware. Paths are case-sensitive. */
export function mountRoutes(
  app: Koa<State>,
  routes: Routes,
  middlewareOf: (name: EndpointName) => readonly Middleware[],
  served: readonly EndpointName[],
): void {
  const router = new Router<State>({ strict: true, sensitive: true });
  const paths = served.flatMap((name) => pathsOf(name).map((path) => ({ name, path, isPattern: path.includes(':') })));
  // Fixed paths come first: /users/me must not match /users/:id.
  for (const { name, path } of paths.sort((a, b) => Number(a.isPattern) - Number(b.isPattern))) {
    const setEndpoint: Middleware = (ctx, next) => {
      ctx.state.endpoint = name;
      return next();
    };
    router.register(path, [endpointOf(name).method], [setEndpoint, ...middlewareOf(name), (ctx) => routes[name].handle(ctx)]);
  }
  app.use(router.routes());
}

function pathsOf(name: EndpointName): readonly string[] {
  const { path, aliases = [] } = endpointOf(name);
  return [path, ...aliases];
}

/** Matches the paths of an endpoint. */
function patternOf(name: EndpointName, flags = ''): RegExp {
  const paths = pathsOf(name).map((template) => template.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+'));
  return new RegExp(`^(?:${paths.join('|')})$`, flags);
}

/** A path without repeated or trailing slashes. */
const plain = (path: string) => path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');

/** Handles requests without a route: OPTIONS and 405 with Allow if the path has other methods, otherwise 404. */
export function unmatched(served: readonly EndpointName[]): Middleware {
  const patterns = served.map((name) => ({ name, pattern: patternOf(name), methods: methodsOf(name) }));
  const near = served.map((name) => ({ pattern: patternOf(name, 'i'), path: endpointOf(name).path }));
  return function unmatched(ctx) {
    const matching = patterns.filter(({ pattern }) => pattern.test(ctx.path));
    // /users/me also matches /users/:id.
    const fixed = matching.filter(({ name }) => pathsOf(name).includes(ctx.path));
    const methods = [...new Set((fixed.length > 0 ? fixed : matching).flatMap((each) => each.methods))];
    if (methods.length === 0 || methods.includes(ctx.method)) {
      const path = methods.length === 0 ? near.find(({ pattern }) => pattern.test(plain(ctx.path)))?.path : undefined;
      throw new Problem('not_found', path === undefined ? {} : { detail: `Paths are case-sensitive and end without a slash: ${path}.` });
    }
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (ctx.method !== 'OPTIONS') throw new Problem('method_not_allowed', { headers: { Allow: allow } });
    ctx.set('Allow', allow);
    ctx.status = 204;
  };
}
