import type { Endpoint } from './endpoint.ts';

/** Base URL for OpenAI clients: every error below it has OpenAI's format. */
export const openAiBase = '/v1';

/** Endpoints for OpenAI clients with the base URL `/v1`. */
export const compatibleEndpoints = {
  chatCompletions: {
    group: 'Compatible',
    method: 'POST',
    path: `${openAiBase}/chat/completions`,
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    idempotent: true,
    errorFormat: 'openai',
    problems: ['model_failed', 'budget_exhausted'],
    summary: 'Continue a conversation, as the OpenAI API does',
    description:
      'Works with OpenAI clients whose base URL is `/v1`. `model` is an id of `/v1/models`, or `auto`. Streams chunks if `stream` is true. Images, tools, several choices and response formats other than text are rejected with 400, because ignoring them would mislead. Fails with 402 once the budget of the key is used up, and with 502 if the text model failed.',
  },
  compatibleModels: {
    group: 'Compatible',
    method: 'GET',
    path: `${openAiBase}/models`,
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    errorFormat: 'openai',
    conditional: true,
    summary: 'The text models, as the OpenAI API lists them',
    description: 'Lists the ids that `model` accepts in a chat.',
  },
  compatibleModel: {
    group: 'Compatible',
    method: 'GET',
    path: `${openAiBase}/models/:model`,
    permission: 'Read',
    rateLimit: 'api',
    port: 'http',
    errorFormat: 'openai',
    conditional: true,
    summary: 'One of those models',
    description: 'Returns 404 for an id that the list does not contain.',
  },
} as const satisfies Record<string, Endpoint>;
