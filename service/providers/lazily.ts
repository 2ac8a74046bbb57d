import type { ModelCard, TextModel } from './model.ts';

/** A model that is loaded with its first call. */
export function lazily(card: ModelCard, load: () => Promise<TextModel>): TextModel {
  let loading: Promise<TextModel> | undefined;
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  return {
    card,
    chat: async (request, signal) => (await loaded()).chat(request, signal),
    writeCaptions: async (request, signal) => (await loaded()).writeCaptions(request, signal),
    async *streamChat(request, signal) {
      return yield* (await loaded()).streamChat(request, signal);
    },
    async *streamCaptions(request, signal) {
      return yield* (await loaded()).streamCaptions(request, signal);
    },
  };
}
