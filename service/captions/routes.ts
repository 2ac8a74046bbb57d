import { callerOf, leaving } from '../http/context.ts';
import type { EventOf } from '../http/events.ts';
import { route } from '../http/route.ts';
import { streaming, streamOf, wantsEvents } from '../http/stream.ts';
import type { Parts } from '../parts.ts';
import { type generateEvents, captionsShapes as shapes } from './schema.ts';

type Event = EventOf<typeof generateEvents>;

export const captionsRoutes = ({ generate }: Parts) => ({
  generate: route(shapes.generate, async ({ body: { stream, ...request } }, ctx) => {
    const caller = callerOf(ctx);
    if (!wantsEvents(ctx, stream)) return generate(request, caller, leaving(ctx));
    const signal = streaming(ctx);
    const events = await streamOf<Event>(async (tell) => {
      await tell({ event: 'done', data: await generate(request, caller, signal, tell) });
    });
    return { events };
  }),
});
