import Router from '@koa/router';
import type Koa from 'koa';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import type { Context, Middleware, State } from './context.ts';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';

export type Routes = Readonly<Record<EndpointName, Route>>;

/** The middlewares that stand before a handler, from what the contract says of its endpoint. */
export type Guards = (name: EndpointName) => readonly Middleware[];

/** One function of a handler and its guards: composed once, where the router would do so for each request. */
const behind = (guards: readonly Middleware[], handle: Route['handle']) =>
  guards.reduceRight<(ctx: Context) => Promise<unknown>>(
    (next, guard) => async (ctx) => guard(ctx, () => next(ctx)),
    async (ctx) => handle(ctx),
  );

function methodsOf(name: EndpointName): readonly string[] {
  const { method } = endpointOf(name);
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}

/** Mounts the endpoints that a listener serves, each behind its guards: a path is one only as it is written in the contract. */
export function mountRoutes(app: Koa<State>, routes: Routes, guards: Guards, served: readonly EndpointName[]): void {
  const router = new Router<State>({ strict: true, sensitive: true });
  const fixed = new Map<string, (ctx: Context) => Promise<unknown>>();
  for (const name of served) {
    const { method } = endpointOf(name);
    const run = behind(guards(name), routes[name].handle);
    const answer = (ctx: Context) => {
      ctx.state.endpoint = name;
      return run(ctx);
    };
    for (const each of pathsOf(name)) {
      if (each.includes(':')) router.register(each, [method], answer);
      else for (const one of methodsOf(name)) fixed.set(`${one} ${each}`, answer);
    }
  }
  // The router tries every pattern for every request: with so many endpoints that is a tenth of a short answer's time.
  app.use((ctx, next) => {
    const answer = fixed.get(`${ctx.method} ${ctx.path}`);
    return answer === undefined ? next() : answer(ctx);
  });
  app.use(router.routes());
}

function pathsOf(name: EndpointName): readonly string[] {
  const { path, aliases = [] } = endpointOf(name);
  return [path, ...aliases];
}

/** The paths of an endpoint as a pattern. */
function patternOf(name: EndpointName, flags = ''): RegExp {
  const paths = pathsOf(name).map((template) => template.replaceAll('.', '\\.').replace(/:\w+/g, '[^/]+'));
  return new RegExp(`^(?:${paths.join('|')})$`, flags);
}

/** A path with single slashes, and those between its parts alone. */
const plain = (path: string) => path.replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');

/** What no route took: 405 with Allow if the path has other methods, 404 if it has none, and the plain answer to OPTIONS. */
export function unmatched(served: readonly EndpointName[]): Middleware {
  const patterns = served.map((name) => ({ name, pattern: patternOf(name), methods: methodsOf(name) }));
  const near = served.map((name) => ({ pattern: patternOf(name, 'i'), path: endpointOf(name).path }));
  return function unmatched(ctx) {
    const fitting = patterns.filter(({ pattern }) => pattern.test(ctx.path));
    // `/users/me` is no user's id, though it looks like one.
    const fixed = fitting.filter(({ name }) => pathsOf(name).includes(ctx.path));
    const methods = [...new Set((fixed.length > 0 ? fixed : fitting).flatMap((each) => each.methods))];
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
