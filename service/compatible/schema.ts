import * as z from 'zod';
import { product } from '../../contract/product.ts';
import { json, jsonOrChunks, noInput } from '../http/shape.ts';
import { finishReasons } from '../models/chat.ts';
import { tokenUsage } from '../models/schema.ts';

/** The name that lets the service choose the model. */
export const auto = 'auto';

/** A field that the model gets as it is. */
export const passedOn = (description: string) => z.unknown().describe(`${description}; passed on to the model`);

const contentPart = z
  .looseObject({
    type: z.string().describe('text, image_url, …'),
    text: z.string().optional().describe('Text of a text part'),
  })
  .describe('A text, an image or another file');

const message = z
  .looseObject({
    role: z
      .enum(['system', 'developer', 'user', 'assistant', 'tool', 'function'])
      .describe('Who wrote it; developer is another name of system'),
    content: z
      .union([z.string(), z.array(contentPart).max(1000)])
      .nullish()
      .describe('Text, or a list of parts'),
    tool_calls: passedOn('Calls of functions that the assistant made').optional(),
    tool_call_id: passedOn('The call that a message of the role tool answers').optional(),
  })
  .refine(({ role, content }) => role === 'assistant' || typeof content === 'string' || (content?.length ?? 0) > 0, {
    path: ['content'],
    error: 'must be a text or a list of parts',
  });

export const model = z.string().min(1).max(100).describe(`An id of /v1/models; ${auto}: chosen automatically`);
export const user = z.string().max(100).nullish().describe('Your own name for the client; usage is reported by it');

/** The fields of the OpenAI API that the service reads or describes. All others are passed on to the model. */
export const chatRequest = z
  .looseObject({
    model,
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
      .looseObject({ include_usage: z.boolean().nullish().describe('Send a last chunk with the usage') })
      .nullish()
      .describe('Only with `stream`'),
    user,
    n: z.int().min(1).max(16).nullish().describe('Number of answers'),
    tools: z.array(z.looseObject({})).max(1000).nullish().describe('Functions that the model may call; needs a model with tools'),
    tool_choice: passedOn('Whether and which function the model must call').optional(),
    response_format: z
      .looseObject({ type: z.string().describe('text, json_object or json_schema') })
      .nullish()
      .describe('Answer in JSON; needs a model with json'),
    logprobs: z.boolean().nullish().describe('Return the probabilities of the tokens; needs a model with logprobs'),
  })
  .meta({ id: 'ChatCompletionRequest', examples: [{ model: auto, messages: [{ role: 'user', content: 'What is 6 * 7?' }] }] });
export type ChatCompletionRequest = z.output<typeof chatRequest>;

export const usage = z.looseObject(tokenUsage.shape).describe('Tokens as the text model counted them; estimated if it did not count them');

export const finish = z.enum(finishReasons).describe('length: cut off at the maximum of tokens');
export const identity = {
  id: z.string().describe('Identifies this response; it is not stored'),
  created: z.int().describe('Seconds since the epoch'),
  model: z.string().describe('The model that wrote the answer'),
};
const toolCall = z
  .looseObject({
    id: z.string().describe('Names the call in the message that answers it'),
    type: z.string().describe('function'),
    function: z
      .looseObject({ name: z.string().describe('Name of the function'), arguments: z.string().describe('Its arguments as JSON') })
      .optional()
      .describe('The function to call'),
  })
  .describe('A call of a function that the model requests');
const logprobs = z.unknown().describe('Probabilities of the tokens; null: not requested');

export const chatCompletion = z
  .looseObject({
    ...identity,
    object: z.literal('chat.completion'),
    choices: z
      .array(
        z.object({
          index: z.int().describe('Number of the answer, from 0'),
          message: z
            .looseObject({
              role: z.literal('assistant'),
              content: z.string().nullable().describe('The answer; null if there are only calls'),
              refusal: z.string().nullable().describe('Why the model does not answer'),
              reasoning_content: z.string().optional().describe('The reasoning of the model before its answer, if it sends that'),
              tool_calls: z.array(toolCall).optional().describe('Calls of functions that the model requests'),
            })
            .describe('The reply'),
          finish_reason: finish,
          logprobs,
        }),
      )
      .min(1)
      .describe('The answers: `n` of them'),
    usage,
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
  .looseObject({
    ...identity,
    object: z.literal('chat.completion.chunk'),
    choices: z
      .array(
        z.object({
          index: z.int().describe('Number of the answer, from 0'),
          delta: z
            .looseObject({
              role: z.literal('assistant').optional().describe('Only in the first chunk'),
              content: z.string().optional().describe('The next piece of the answer'),
              tool_calls: z
                .array(z.looseObject({ index: z.int().describe('Number of the call') }))
                .optional()
                .describe('The next pieces of calls'),
            })
            .describe('What this chunk adds to the reply'),
          finish_reason: finish.nullable().describe('null until the answer is complete; length: cut off at the maximum of tokens'),
          logprobs,
        }),
      )
      .describe('None in the chunk with the usage'),
    usage: usage.nullable().optional().describe('If requested: null except in the last chunk'),
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

/** Longer than the context window of any model that makes vectors. */
const tokens = z.array(z.int()).min(1).max(100_000);

export const embeddingRequest = z
  .looseObject({
    model,
    input: z
      .union([z.string().min(1), z.array(z.string()).min(1).max(2048), tokens, z.array(tokens).min(1).max(2048)])
      .describe('A text, a list of texts, or the same as token numbers'),
    user,
  })
  .meta({ id: 'EmbeddingRequest', examples: [{ model: 'embeddings', input: 'A red bicycle' }] });
export type EmbeddingBody = z.output<typeof embeddingRequest>;

export const embeddings = z
  .object({
    object: z.literal('list'),
    data: z
      .array(
        z.object({
          object: z.literal('embedding'),
          index: z.int().describe('Number of the input, from 0'),
          // Not checked number by number: an answer may hold millions.
          embedding: z
            .union([z.string(), z.custom<readonly number[]>(Array.isArray).meta({ type: 'array', items: { type: 'number' } })])
            .describe('The vector: numbers, or base64 if `encoding_format` is base64'),
        }),
      )
      .describe('A vector per input'),
    model: identity.model,
    usage: z
      .object({ prompt_tokens: tokenUsage.shape.prompt_tokens, total_tokens: tokenUsage.shape.total_tokens })
      .describe('Tokens of the inputs'),
  })
  .meta({
    id: 'Embeddings',
    examples: [
      {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [0.0023, -0.0093, 0.0154] }],
        model: 'embeddings',
        usage: { prompt_tokens: 3, total_tokens: 3 },
      },
    ],
  });

const compatibleModel = z
  .object({
    id: z.string().describe('Names the model in requests'),
    object: z.literal('model'),
    created: z.int().describe('0: unknown'),
    owned_by: z.string().describe('Name of this service'),
  })
  .meta({ id: 'CompatibleModel', examples: [{ id: 'offline', object: 'model', created: 0, owned_by: product.name }] });
export const compatibleModels = z.object({ object: z.literal('list'), data: z.array(compatibleModel).describe('All models') }).meta({
  id: 'CompatibleModels',
  examples: [{ object: 'list', data: [{ id: 'offline', object: 'model', created: 0, owned_by: product.name }] }],
});

export const compatibleShapes = {
  chatCompletions: { ...noInput, body: chatRequest, answer: jsonOrChunks(chatCompletion, chatChunk) },
  embeddings: { ...noInput, body: embeddingRequest, answer: json(embeddings) },
  compatibleModels: { ...noInput, answer: json(compatibleModels) },
  compatibleModel: {
    ...noInput,
    params: z.object({ model: z.string().min(1).max(100).describe('The id of the model') }),
    answer: json(compatibleModel),
  },
};
