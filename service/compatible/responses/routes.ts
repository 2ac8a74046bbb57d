import { callerOf, disconnectSignal } from '../../http/context.ts';
import { route } from '../../http/route.ts';
import { createStream, streamSignal } from '../../http/stream.ts';
import type { ResponseEvent } from './response-schema.ts';
import type { Responses } from './responses.ts';
import { responsesShapes as shapes } from './schema.ts';

/** The Responses API of OpenAI's clients. */
export function responsesRoutes({ responses }: { readonly responses: Responses }) {
  return {
    createResponse: route(shapes.createResponse, async ({ body }, ctx) => {
      const caller = callerOf(ctx);
      if (!body.stream) return responses.create(body, { caller, signal: disconnectSignal(ctx) });
      const signal = streamSignal(ctx);
      return { events: await createStream<ResponseEvent>((emit) => responses.createInEvents(body, { caller, signal }, emit)) };
    }),
  };
}
