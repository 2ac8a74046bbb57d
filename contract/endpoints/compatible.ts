import { maxModelBodyBytes } from '../body-limits.ts';
import type { Endpoint } from './endpoint.ts';

/** Base URL for OpenAI clients: every error below it has OpenAI's format. */
export const openAiBase = '/v1';

/** Problems of endpoints that pass a request on to a text model. */
const modelProblems = [
  'model_not_found',
  'model_rejected',
  'context_length_exceeded',
  'model_failed',
  'model_misconfigured',
  'model_quota_exhausted',
  'budget_exhausted',
] as const;

const modelEndpoint = {
  group: 'Compatible',
  method: 'POST',
  permission: 'Write',
  rateLimit: 'api',
  port: 'http',
  idempotent: true,
  maxBodyBytes: maxModelBodyBytes,
  callsModel: true,
  errorFormat: 'openai',
  problems: modelProblems,
} as const;

/** Endpoints for OpenAI clients with the base URL `/v1`. */
export const compatibleEndpoints = {
  chatCompletions: {
    ...modelEndpoint,
    path: `${openAiBase}/chat/completions`,
    summary: 'Continue a conversation, as the OpenAI API does',
    description:
      'Works with OpenAI clients whose base URL is `/v1`. `model` is an id of `/v1/models`, or `auto`. Streams chunks if `stream` is true. The model gets every field of the OpenAI API: tools, images, response formats and those that the service does not know. A request that the model does not support is rejected with 400, which names the field and the models that support it. Fails with 402 once the budget of the key is used up, and with 502 if the text model failed.',
  },
  createResponse: {
    ...modelEndpoint,
    path: `${openAiBase}/responses`,
    summary: 'Answer an input, as the Responses API of OpenAI does',
    description:
      'Works with OpenAI clients whose base URL is `/v1`, and streams events if `stream` is true. Each request holds the whole conversation: nothing is stored, so `previous_response_id`, `conversation`, `background` and references to items are rejected with 400, and so are tools other than functions. The model gets the request as a chat. Fails with 402 once the budget of the key is used up, and with 502 if the text model failed.',
  },
  completions: {
    ...modelEndpoint,
    path: `${openAiBase}/completions`,
    summary: 'Answer a prompt, as the older OpenAI API does',
    description:
      'For clients that have no chat: the prompt is the only message of one, which the model replies to. Takes one prompt as text; rejects `suffix`, `echo`, `best_of` and `logprobs`, which a chat cannot give. Streams chunks if `stream` is true. Fails with 402 once the budget of the key is used up, and with 502 if the text model failed.',
  },
  embeddings: {
    ...modelEndpoint,
    path: `${openAiBase}/embeddings`,
    summary: 'Turn texts into vectors, as the OpenAI API does',
    description:
      'Needs a model with embeddings; `auto` chooses one. The vectors are those of the model. Fails with 402 once the budget of the key is used up, and with 502 if the model failed.',
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
    problems: ['model_not_found'],
    summary: 'One of those models',
    description: 'Returns 404 for an id that the list does not contain.',
  },
} as const satisfies Record<string, Endpoint>;
