import * as z from 'zod';
import { json, jsonOrChunks, noInput } from '../http/shape.ts';
import { tokenUsage } from '../models/schema.ts';

/** The name that lets the service choose the model. */
export const auto = 'auto';

/** A list that must be empty: unsupported items are rejected rather than ignored. */
const none = (what: string) =>
  z.array(z.unknown()).max(0, `${what} are not supported`).nullish().describe(`Must be empty: ${what} are not supported`);

const content = z.union(
  [
    z.string(),
    z
      .array(z.object({ type: z.literal('text'), text: z.string().describe('A part of the message') }))
      .min(1)
      .max(100),
  ],
  {
    error: 'must be a text or a list of text parts: images, audio and files are not supported',
  },
);

const message = z.object({
  role: z
    .enum(['system', 'developer', 'user', 'assistant'], {
      error: 'must be system, developer, user or assistant: tools are not supported',
    })
    .describe('Who wrote it; developer is another name of system'),
  content: content.describe('Text, or a list of text parts'),
  tool_calls: none('tools'),
});

/** The supported fields of the OpenAI API, and those whose unsupported values are rejected; all others are ignored. */
export const chatRequest = z
  .object({
    model: z.string().min(1).max(100).describe(`An id of /v1/models; ${auto}: chosen automatically`),
    messages: z.array(message).min(1).max(2000).describe('The conversation; the model replies to the last message'),
    max_completion_tokens: z.int().min(1).nullish().describe('Maximum tokens of the answer'),
    max_tokens: z.int().min(1).nullish().describe('The older name of max_completion_tokens'),
    temperature: z.number().min(0).max(2).nullish().describe('0: always the likeliest word; default: that of the model'),
    stop: z
      .union([z.string().min(1), z.array(z.string().min(1)).max(4)])
      .nullish()
      .describe('The answer ends before the first of these'),
    stream: z.boolean().nullish().describe('Answer with chunks as they are written'),
    stream_options: z
      .object({ include_usage: z.boolean().nullish().describe('Send a last chunk with the usage') })
      .nullish()
      .describe('Only with `stream`'),
    user: z.string().max(100).nullish().describe('Your own name for the client; usage is reported by it'),
    metadata: z.looseObject({}).nullish().describe('Accepted and not stored'),
    n: z.literal(1, { error: 'only one answer is supported' }).nullish().describe('Number of answers; only 1 is supported'),
    tools: none('tools'),
    functions: none('functions'),
    logprobs: z.literal(false, { error: 'probabilities are not supported' }).nullish().describe('Not supported'),
    modalities: z
      .array(z.literal('text', { error: 'only text is supported' }))
      .max(1, 'only text is supported')
      .nullish()
      .describe('Only text is supported'),
    response_format: z
      .object({ type: z.literal('text', { error: 'response formats other than text are not supported' }) })
      .nullish()
      .describe('Only text is supported'),
  })
  .meta({ id: 'ChatCompletionRequest', examples: [{ model: auto, messages: [{ role: 'user', content: 'What is 6 * 7?' }] }] });
export type ChatCompletionRequest = z.output<typeof chatRequest>;

const finish = z.enum(['stop', 'length']).describe('length: cut off at the maximum of tokens');
const identity = {
  id: z.string().describe('Identifies this response; it is not stored'),
  created: z.int().describe('Seconds since the epoch'),
  model: z.string().describe('The model that wrote the answer'),
};

export const chatCompletion = z
  .object({
    ...identity,
    object: z.literal('chat.completion'),
    choices: z
      .array(
        z.object({
          index: z.literal(0),
          message: z
            .object({
              role: z.literal('assistant'),
              content: z.string().describe('The answer'),
              refusal: z.null().describe('Not supported'),
            })
            .describe('The reply'),
          finish_reason: finish,
          logprobs: z.null().describe('Not supported'),
        }),
      )
      .length(1)
      .describe('The only answer'),
    usage: tokenUsage,
  })
  .meta({
    id: 'ChatCompletion',
    examples: [
      {
        id: 'chatcmpl-b5879bf8-09d1-4427-99b7-354732337a8f',
        created: 1795452074,
        model: 'offline',
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: '42', refusal: null }, finish_reason: 'stop', logprobs: null }],
        usage: { prompt_tokens: 9, completion_tokens: 46, total_tokens: 55 },
      },
    ],
  });

export const chatChunk = z
  .object({
    ...identity,
    object: z.literal('chat.completion.chunk'),
    choices: z
      .array(
        z.object({
          index: z.literal(0),
          delta: z
            .object({
              role: z.literal('assistant').optional().describe('Only in the first chunk'),
              content: z.string().optional().describe('The next piece of the answer'),
            })
            .describe('What this chunk adds to the reply'),
          finish_reason: finish.nullable().describe('null until the answer is complete; length: cut off at the maximum of tokens'),
          logprobs: z.null().describe('Not supported'),
        }),
      )
      .max(1)
      .describe('None in the chunk with the usage'),
    usage: tokenUsage.nullable().optional().describe('If requested: null except in the last chunk'),
  })
  .meta({
    id: 'ChatCompletionChunk',
    examples: [
      {
        id: 'chatcmpl-b5879bf8-09d1-4427-99b7-354732337a8f',
        created: 1795452074,
        model: 'offline',
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: { content: '42' }, finish_reason: null, logprobs: null }],
      },
    ],
  });

const model = z
  .object({
    id: z.string().describe('Names the model in requests'),
    object: z.literal('model'),
    created: z.int().describe('0: unknown'),
    owned_by: z.string().describe('Name of this service'),
  })
  .meta({ id: 'CompatibleModel', examples: [{ id: 'offline', object: 'model', created: 0, owned_by: 'instagram-captions' }] });
export const compatibleModels = z.object({ object: z.literal('list'), data: z.array(model).describe('All models') }).meta({
  id: 'CompatibleModels',
  examples: [{ object: 'list', data: [{ id: 'offline', object: 'model', created: 0, owned_by: 'instagram-captions' }] }],
});

export const compatibleShapes = {
  chatCompletions: { ...noInput, body: chatRequest, answer: jsonOrChunks(chatCompletion, chatChunk) },
  compatibleModels: { ...noInput, answer: json(compatibleModels) },
  compatibleModel: {
    ...noInput,
    params: z.object({ model: z.string().min(1).max(100).describe('The id of the model') }),
    answer: json(model),
  },
};
