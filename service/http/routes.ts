import Router from '@koa/router';
import type Koa from 'koa';
import { type EndpointName, endpointOf } from '../contract/endpoints.ts';
import type { shapes } from '../shapes.ts';
import type { Context, Middleware, State } from './context.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

/** Every endpoint has a route, whose shape is that endpoint's: else this does not compile. */
export type Routes = { readonly [N in EndpointName]: Route<(typeof shapes)[N]> };

/** The middlewares that stand before a handler, from what the contract says of its endpoint. */
export type Guards = (name: EndpointName) => readonly Middleware[];

/** One function of a handler and its guards: composed once, where the router would do so for each request. */
const behind = (guards: readonly Middleware[], handle: Route['handle']) =>
  guards.reduceRight<(ctx: Context) => Promise<unknown>>(
    (next, guard) => async (ctx) => guard(ctx, () => next(ctx)),
    async (ctx) => handle(ctx),
  );

/** Mounts the endpoints that a listener serves, each behind its guards. */
export function mount(app: Koa<State>, routes: Routes, guards: Guards, served: readonly EndpointName[]): void {
  const router = new Router<State>();
  const known = new Map<string, (ctx: Context) => Promise<unknown>>();
  for (const name of served) {
    const { method, path, aliases = [] } = endpointOf(name);
    const run = behind(guards(name), routes[name].handle);
    const answer = (ctx: Context) => {
      ctx.state.endpoint = name;
      return run(ctx);
    };
    router.register([path, ...aliases], [method], answer);
    for (const fixed of [path, ...aliases].filter((each) => !each.includes(':'))) known.set(`${method} ${fixed}`, answer);
  }
  // The router tries every pattern for every request: with so many endpoints that is a tenth of a short answer's time.
  app.use((ctx, next) => {
    const answer = known.get(`${ctx.method} ${ctx.path}`);
    return answer === undefined ? next() : answer(ctx);
  });
  app.use(router.routes());
}

/** The paths of an endpoint as a pattern, and its methods. */
function allowedOf(name: EndpointName) {
  const { method, path, aliases = [] } = endpointOf(name);
  const paths = [path, ...aliases].map((template) => template.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+'));
  return { pattern: new RegExp(`^(?:${paths.join('|')})$`), methods: method === 'GET' ? ['GET', 'HEAD'] : [method] };
}

/** What no route took: 405 with Allow if the path has other methods, 404 if it has none, and the plain answer to OPTIONS. */
export function unmatched(served: readonly EndpointName[]): Middleware {
  const patterns = served.map(allowedOf);
  return function unmatched(ctx) {
    const methods = [...new Set(patterns.filter(({ pattern }) => pattern.test(ctx.path)).flatMap(({ methods: each }) => each))];
    if (methods.length === 0 || methods.includes(ctx.method)) throw new Problem('not_found');
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (ctx.method !== 'OPTIONS') throw new Problem('method_not_allowed', { headers: { Allow: allow } });
    ctx.set('Allow', allow);
    ctx.status = 204;
  };
}
