import type * as z from 'zod';
import { product } from '../../contract/product.ts';
import { callerOf, disconnectSignal } from '../http/context.ts';
import { Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { createStream, streamSignal } from '../http/stream.ts';
import type { Models } from '../models/models.ts';
import type { Chat } from './chat.ts';
import type { Complete } from './completions.ts';
import { completionsShapes, type TextCompletion } from './completions-schema.ts';
import type { Embed } from './embeddings.ts';
import { auto, type chatChunk, compatibleShapes as shapes } from './schema.ts';

interface Features {
  readonly chat: Chat;
  readonly complete: Complete;
  readonly embed: Embed;
  readonly models: Models;
}

/** The API of OpenAI's clients: the same models, keys, limits and budgets in another format. */
export function compatibleRoutes({ chat, complete, embed, models }: Features) {
  const listed = [auto, ...models.list().map(({ id }) => id)].map((id) => ({
    id,
    object: 'model' as const,
    created: 0,
    owned_by: product.name,
  }));
  return {
    chatCompletions: route(shapes.chatCompletions, async ({ body }, ctx) => {
      const caller = callerOf(ctx);
      if (!body.stream) return chat.complete(body, { caller, signal: disconnectSignal(ctx) });
      const signal = streamSignal(ctx);
      return { chunks: await createStream<z.input<typeof chatChunk>>((emit) => chat.completeInChunks(body, { caller, signal }, emit)) };
    }),
    completions: route(completionsShapes.completions, async ({ body }, ctx) => {
      const caller = callerOf(ctx);
      if (!body.stream) return complete.whole(body, { caller, signal: disconnectSignal(ctx) });
      const signal = streamSignal(ctx);
      return { chunks: await createStream<TextCompletion>((emit) => complete.inChunks(body, { caller, signal }, emit)) };
    }),
    embeddings: route(shapes.embeddings, ({ body }, ctx) => embed(body, { caller: callerOf(ctx), signal: disconnectSignal(ctx) })),
    compatibleModels: route(shapes.compatibleModels, () => ({ object: 'list' as const, data: listed })),
    compatibleModel: route(shapes.compatibleModel, ({ params }) => {
      const found = listed.find(({ id }) => id === params.model);
      if (found === undefined) throw new Problem('model_not_found', { upstream: { param: 'model' } });
      return found;
    }),
  };
}
