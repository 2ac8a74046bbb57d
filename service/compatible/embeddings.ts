import type * as z from 'zod';
import type { CallContext, Models } from '../models/models.ts';
import { forCaller } from './rejection.ts';
import { auto, type EmbeddingBody, type embeddings } from './schema.ts';

/** Turns texts into vectors. Throws a Problem, or the reason of the context's signal. */
export type Embed = (body: EmbeddingBody, context: CallContext) => Promise<z.input<typeof embeddings>>;

export function createEmbed({ models }: { readonly models: Models }): Embed {
  return async ({ model, input, user, ...options }, context) => {
    const selection = { model: model === auto ? undefined : model, needs: ['embeddings'] as const };
    const call = models.embed(selection, { input, options }, { ...context, clientId: user ?? undefined, operation: 'embedding' });
    const { answer, routing } = await forCaller(call);
    const { promptTokens } = answer.usage;
    return {
      object: 'list',
      data: answer.data.map((each) => ({ object: 'embedding', ...each })),
      model: routing.model,
      usage: { prompt_tokens: promptTokens, total_tokens: promptTokens },
    };
  };
}
