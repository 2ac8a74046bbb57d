import type { Actor } from '../../accounts/actor.ts';
import { type Context, callerOf, disconnectSignal } from '../../http/context.ts';
import { withLocation } from '../../http/location.ts';
import { toPage } from '../../http/pagination.ts';
import { route } from '../../http/route.ts';
import { newsSourcesShapes as shapes } from './schema.ts';
import type { Sources } from './sources.ts';

const actor = (ctx: Context): Actor => ({ caller: callerOf(ctx), requestId: ctx.state.requestId });

export const newsSourcesRoutes = (sources: Sources) => ({
  createSource: route(shapes.createSource, async ({ body }, ctx) =>
    withLocation(ctx, 'readSource', await sources.create(actor(ctx), body)),
  ),
  listSources: route(shapes.listSources, async ({ query: { limit, after } }, ctx) =>
    toPage(ctx, await sources.list({ limit: limit + 1, after }), limit, ({ name }) => name),
  ),
  validateNewSource: route(shapes.validateNewSource, ({ body }, ctx) => sources.validateNew(body, disconnectSignal(ctx))),
  readSource: route(shapes.readSource, ({ params }) => sources.read(params.id)),
  updateSource: route(shapes.updateSource, ({ params, body }, ctx) => sources.update(actor(ctx), params.id, body)),
  deleteSource: route(shapes.deleteSource, ({ params }, ctx) => sources.remove(actor(ctx), params.id)),
  validateSource: route(shapes.validateSource, ({ params }, ctx) => sources.validate(actor(ctx), params.id, disconnectSignal(ctx))),
  fetchSource: route(shapes.fetchSource, ({ params }, ctx) => sources.fetch(actor(ctx), params.id)),
  listSourceFetches: route(shapes.listSourceFetches, async ({ params, query: { limit, after } }, ctx) =>
    toPage(ctx, await sources.fetches(params.id, { limit: limit + 1, after }), limit, ({ id }) => id),
  ),
});
