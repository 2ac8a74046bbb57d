import { callerOf, disconnectSignal } from '../http/context.ts';
import { route } from '../http/route.ts';
import { createStream, streamSignal, wantsEvents } from '../http/stream.ts';
import type { CaptionEvent } from './caption-events.ts';
import type { Captions } from './captions.ts';
import { captionsShapes as shapes } from './schema.ts';

export const captionsRoutes = (captions: Captions) => ({
  generate: route(shapes.generate, async ({ body: { stream, ...request } }, ctx) => {
    const caller = callerOf(ctx);
    if (!wantsEvents(ctx, stream)) return captions.generate(request, { caller, signal: disconnectSignal(ctx) });
    const signal = streamSignal(ctx);
    const events = await createStream<CaptionEvent>(async (emit) => {
      await emit({ event: 'done', data: await captions.generate(request, { caller, signal }, emit) });
    });
    return { events };
  }),
});
