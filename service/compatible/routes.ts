import type * as z from 'zod';
import { product } from '../../contract/product.ts';
import { callerOf, disconnectSignal } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { createStream, streamSignal } from '../http/stream.ts';
import type { Models } from '../providers/models.ts';
import type { Metering } from '../usage/metering.ts';
import { createChat } from './chat.ts';
import { auto, type chatChunk, compatibleShapes as shapes } from './schema.ts';

/** What OpenAI clients call: the same models, keys, limits and bills behind another form. */
export function compatibleRoutes({ models, metering }: { readonly models: Models; readonly metering: Metering }) {
  const chat = createChat({ models, metering });
  const listed = [auto, ...models.list().map(({ id }) => id)].map((id) => ({
    id,
    object: 'model' as const,
    created: 0,
    owned_by: product.name,
  }));
  return {
    chatCompletions: route(shapes.chatCompletions, async ({ body }, ctx) => {
      const caller = callerOf(ctx);
      if (!body.stream) return chat.complete(body, caller, disconnectSignal(ctx));
      const signal = streamSignal(ctx);
      return { chunks: await createStream<z.input<typeof chatChunk>>((tell) => chat.completeInChunks(body, caller, signal, tell)) };
    }),
    compatibleModels: route(shapes.compatibleModels, () => ({ object: 'list' as const, data: listed })),
    compatibleModel: route(shapes.compatibleModel, ({ params }) => {
      const found = listed.find(({ id }) => id === params.model);
      if (found === undefined) throw new Problem('not_found', { detail: 'There is no such model; see /v1/models.' });
      return found;
    }),
  };
}
