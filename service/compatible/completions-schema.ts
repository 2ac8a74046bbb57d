import * as z from 'zod';
import { jsonOrChunks, noInput } from '../http/shape.ts';
import { auto, chatRequest, finish, identity, usage } from './schema.ts';

const onePrompt = 'must be one text: send a request per prompt';
/** A field that only models without a chat have. */
const notInChat = <S extends z.ZodType>(allowed: S) => allowed.nullish().describe('Not supported');
const why = 'is not supported: the prompt is a message of a chat';

/** The fields of the older API that the service reads. All others are passed on to the model. */
const { model, max_tokens, temperature, stop, stream, stream_options, user, n } = chatRequest.shape;
const completionRequest = z
  .looseObject({
    model,
    prompt: z
      .union([z.string().min(1), z.array(z.string(onePrompt).min(1)).length(1, onePrompt)], onePrompt)
      .describe('What the model replies to: a text, or a list with one'),
    max_tokens: max_tokens.describe('Maximum tokens of the answer; default: the limit of the model, not 16'),
    temperature,
    stop,
    stream,
    stream_options,
    user,
    n,
    suffix: notInChat(z.literal('', why)),
    echo: notInChat(z.literal(false, why)),
    best_of: notInChat(z.literal(1, why)),
    logprobs: notInChat(z.null(why)),
  })
  .meta({ id: 'CompletionRequest', examples: [{ model: auto, prompt: 'What is 6 * 7?' }] });
export type CompletionRequest = z.output<typeof completionRequest>;

/** Whole answers and chunks have one form. */
const textCompletion = z
  .looseObject({
    ...identity,
    object: z.literal('text_completion'),
    choices: z
      .array(
        z.object({
          index: z.int().describe('Number of the answer, from 0'),
          text: z.string().describe('The answer, or its next piece'),
          finish_reason: finish.nullable().describe('null until the answer is complete; length: cut off at the maximum of tokens'),
          logprobs: z.null().describe('Always null'),
        }),
      )
      .describe('The answers: `n` of them'),
    usage: usage.nullish().describe('Tokens as the text model counted them; in a stream only if requested'),
  })
  .meta({
    id: 'TextCompletion',
    examples: [
      {
        id: 'cmpl-b5879bf8-09d1-4427-99b7-354732337a8f',
        created: 1795452074,
        model: 'offline',
        object: 'text_completion',
        choices: [{ index: 0, text: '42', finish_reason: 'stop', logprobs: null }],
        usage: { prompt_tokens: 9, completion_tokens: 46, total_tokens: 55 },
      },
    ],
  });
export type TextCompletion = z.input<typeof textCompletion>;

export const completionsShapes = {
  completions: { ...noInput, body: completionRequest, answer: jsonOrChunks(textCompletion, textCompletion) },
};
