import { builder } from '../graphql/builder/builder.ts';

interface TokenUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}
export const tokenUsageType = builder.objectRef<TokenUsage>('TokenUsage').implement({
  description: 'Tokens as the text model counted them; estimated for a stream that was cut off.',
  fields: (t) => ({
    promptTokens: t.exposeInt('prompt_tokens'),
    completionTokens: t.exposeInt('completion_tokens'),
    totalTokens: t.exposeInt('total_tokens'),
  }),
});
