import * as z from 'zod';
import { json, jsonOrChunks, noInput } from '../http/shape.ts';

/** The name that leaves the choice of a model to the routing. */
export const auto = 'auto';

/** A list that has to be empty: what would stand in it cannot be honoured, and must not be passed over in silence. */
const none = (what: string) => z.array(z.unknown()).max(0, `${what} are not offered`).nullish();

const content = z.union(
  [
    z.string(),
    z
      .array(z.object({ type: z.literal('text'), text: z.string() }))
      .min(1)
      .max(100),
  ],
  {
    error: 'must be a text or a list of text parts: images, sound and files are not read',
  },
);

const message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant'], {
    error: 'must be system, developer, user or assistant: tools are not offered',
  }),
  content,
  tool_calls: none('tools'),
});

/** The fields of the OpenAI API that are honoured, and those that are refused where they ask for more; all others are ignored. */
export const chatRequest = z
  .object({
    model: z.string().min(1).max(100).describe(`An id of /v1/models; ${auto}: chosen for you`),
    messages: z.array(message).min(1).max(2000),
    max_completion_tokens: z.int().min(1).nullish().describe('Most tokens of the answer'),
    max_tokens: z.int().min(1).nullish().describe('The older name of the same'),
    temperature: z.number().min(0).max(2).nullish(),
    stop: z
      .union([z.string().min(1), z.array(z.string().min(1)).max(4)])
      .nullish()
      .describe('The answer ends before the first of these'),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    user: z.string().max(100).nullish().describe('Your name for whoever asks; usage is told by it'),
    metadata: z.looseObject({}).nullish().describe('Taken and not kept'),
    n: z.literal(1, { error: 'one answer is given' }).nullish(),
    tools: none('tools'),
    functions: none('functions'),
    logprobs: z.literal(false, { error: 'probabilities are not told' }).nullish(),
    modalities: z
      .array(z.literal('text', { error: 'only text is written' }))
      .max(1, 'only text is written')
      .nullish(),
    response_format: z.object({ type: z.literal('text', { error: 'a form of the answer cannot be asked for' }) }).nullish(),
  })
  .meta({ id: 'ChatCompletionRequest', examples: [{ model: auto, messages: [{ role: 'user', content: 'What is 6 * 7?' }] }] });
export type ChatCompletionRequest = z.output<typeof chatRequest>;

const tokens = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });
const finish = z.enum(['stop', 'length']);
const told = {
  id: z.string(),
  created: z.int().describe('Seconds since the epoch'),
  model: z.string().describe('The model that answered'),
};

export const chatCompletion = z
  .object({
    ...told,
    object: z.literal('chat.completion'),
    choices: z
      .array(
        z.object({
          index: z.literal(0),
          message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
          finish_reason: finish,
          logprobs: z.null(),
        }),
      )
      .length(1),
    usage: tokens,
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
    ...told,
    object: z.literal('chat.completion.chunk'),
    choices: z
      .array(
        z.object({
          index: z.literal(0),
          delta: z.object({ role: z.literal('assistant').optional(), content: z.string().optional() }),
          finish_reason: finish.nullable(),
          logprobs: z.null(),
        }),
      )
      .max(1)
      .describe('None in the chunk that holds the usage'),
    usage: tokens.nullable().optional().describe('Where it was asked for: null but in the last chunk'),
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
    id: z.string(),
    object: z.literal('model'),
    created: z.int().describe('0: not known'),
    owned_by: z.string(),
  })
  .meta({ id: 'CompatibleModel', examples: [{ id: 'offline', object: 'model', created: 0, owned_by: 'instagram-captions' }] });
export const compatibleModels = z.object({ object: z.literal('list'), data: z.array(model) }).meta({
  id: 'CompatibleModels',
  examples: [{ object: 'list', data: [{ id: 'offline', object: 'model', created: 0, owned_by: 'instagram-captions' }] }],
});

export const compatibleShapes = {
  chatCompletions: { ...noInput, body: chatRequest, answer: jsonOrChunks(chatCompletion, chatChunk) },
  compatibleModels: { ...noInput, answer: json(compatibleModels) },
  compatibleModel: { ...noInput, params: z.object({ model: z.string().min(1).max(100) }), answer: json(model) },
};
