import { callerOf, disconnectSignal } from '../http/context.ts';
import { route } from '../http/route.ts';
import type { EventOf } from '../http/server-sent-events.ts';
import { createStream, streamSignal, wantsEvents } from '../http/stream.ts';
import type { History } from '../queries/history.ts';
import type { Generate } from './captions.ts';
import { type generateEvents, captionsShapes as shapes } from './schema.ts';

type Event = EventOf<typeof generateEvents>;

interface CaptionsRoutesOptions {
  readonly generate: Generate;
  readonly history: History;
}

export const captionsRoutes = ({ generate: write, history }: CaptionsRoutesOptions) => {
  /** What was written is context for the caller's later queries. */
  const generate: Generate = async (request, caller, ...rest) => {
    const answer = await write(request, caller, ...rest);
    history.add(caller, request.client_id, 'caption', answer.caption);
    return answer;
  };
  return {
    generate: route(shapes.generate, async ({ body: { stream, ...request } }, ctx) => {
      const caller = callerOf(ctx);
      if (!wantsEvents(ctx, stream)) return generate(request, caller, disconnectSignal(ctx));
      const signal = streamSignal(ctx);
      const events = await createStream<Event>(async (tell) => {
        await tell({ event: 'done', data: await generate(request, caller, signal, tell) });
      });
      return { events };
    }),
  };
};
