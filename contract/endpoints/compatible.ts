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
  },
} as const satisfies Record<string, Endpoint>;
