import * as z from 'zod';
import { auto, model, passedOn, user } from '../schema.ts';

const noFiles = 'is required: files have no ids here, send their contents';
const text = z.looseObject({ type: z.literal(['input_text', 'output_text', 'text']), text: z.string().describe('The text') });
const part = z.discriminatedUnion(
  'type',
  [
    text,
    z.looseObject({ type: z.literal('refusal'), refusal: z.string().describe('Why the model did not answer') }),
    z.looseObject({
      type: z.literal('input_image'),
      image_url: z.string(noFiles).describe('URL of the image, or a data URL'),
      detail: passedOn('auto, low or high').optional(),
    }),
    z.looseObject({
      type: z.literal('input_file'),
      file_data: z.string(noFiles).describe('The file as a data URL'),
      filename: passedOn('Name of the file').optional(),
    }),
    z.looseObject({ type: z.literal('input_audio'), input_audio: passedOn('The sound') }),
  ],
  'must be input_text, output_text, refusal, input_image, input_file or input_audio',
);
export type InputPart = z.output<typeof part>;
const content = z.union([z.string(), z.array(part).min(1).max(1000)], 'must be a text or a list of parts');

/** An item of a kind that a chat has no place for, or that would have to be stored. */
const unsupportedItem = ({ input }: { readonly input?: unknown }) =>
  Object(input).type === 'item_reference'
    ? 'responses are not stored, so items have no ids here: send the item itself; some clients do that with `store: false`'
    : 'must be message, function_call, function_call_output or reasoning';

const item = z.discriminatedUnion(
  'type',
  [
    z.looseObject({
      type: z.literal('message').nullish(),
      role: z.enum(['user', 'assistant', 'system', 'developer']).describe('Who wrote it'),
      content: content.describe('Text, or a list of parts'),
    }),
    z.looseObject({
      type: z.literal('function_call'),
      call_id: z.string().describe('Names the call in its output'),
      name: z.string().describe('Name of the function'),
      arguments: z.string().describe('Its arguments as JSON'),
    }),
    z.looseObject({
      type: z.literal('function_call_output'),
      call_id: z.string().describe('The call that this answers'),
      output: content.describe('What the function returned'),
    }),
    z.looseObject({ type: z.literal('reasoning').describe('Reasoning of an earlier answer; skipped') }),
  ],
  { error: unsupportedItem },
);
export type InputItem = z.output<typeof item>;

const onlyFunctions = 'must be function: the service runs no tools itself';
const tool = z.looseObject({
  type: z.literal('function', onlyFunctions),
  name: z.string().min(1).describe('Name of the function'),
  description: passedOn('What it does').optional(),
  parameters: passedOn('JSON schema of its arguments').optional(),
  strict: passedOn('Whether the arguments must match the schema').optional(),
});
const namedFunction = z.looseObject({ type: z.literal('function', onlyFunctions), name: z.string().describe('Name of the function') });
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion(
    'type',
    [
      namedFunction,
      z.looseObject({
        type: z.literal('allowed_tools'),
        mode: z.string().describe('auto or required'),
        tools: z.array(namedFunction).max(1000).describe('The functions that the model may call'),
      }),
    ],
    'must be function or allowed_tools: the service runs no tools itself',
  ),
]);

/** A field that needs something that the service does not keep. */
const notKept = (error: string) => z.null(error).optional().describe('Not supported');

/** The fields of the Responses API that the service reads. All others are passed on to the model. */
export const responseRequest = z
  .looseObject({
    model,
    input: z
      .union([z.string(), z.array(item).min(1).max(2000)], 'must be a text or a list of items')
      .describe('A text, or the whole conversation as a list of items'),
    instructions: z.string().nullish().describe('The system message'),
    max_output_tokens: z.int().min(1).nullish().describe('Maximum tokens of the answer'),
    temperature: z.number().min(0).max(2).nullish().describe('0: always the likeliest word; default: that of the model'),
    top_p: z.number().min(0).max(1).nullish().describe('Probability mass of the words to choose from; passed on to the model'),
    tools: z.array(tool).max(1000).nullish().describe('Functions that the model may call; needs a model with tools'),
    tool_choice: toolChoice.nullish().describe('Whether and which function the model must call'),
    parallel_tool_calls: z.boolean().nullish().describe('Whether one answer may have several calls; default: true'),
    text: z
      .looseObject({
        format: z
          .looseObject({ type: z.enum(['text', 'json_object', 'json_schema']).describe('json_…: needs a model with json') })
          .nullish()
          .describe('Form of the answer'),
        verbosity: passedOn('How long the answer is').optional(),
      })
      .nullish()
      .describe('The text of the answer'),
    reasoning: z
      .looseObject({ effort: z.string().nullish().describe('How much the model reasons') })
      .nullish()
      .describe('For models that reason'),
    include: z.array(z.string()).max(100).nullish().describe('message.output_text.logprobs: the probabilities of the tokens'),
    top_logprobs: z.int().min(0).max(20).nullish().describe('Number of probable tokens at each position; needs a model with logprobs'),
    metadata: z.record(z.string(), z.string()).nullish().describe('Returned in the response'),
    stream: z.boolean().nullish().describe('Answer with events as it is written'),
    store: z.boolean().nullish().describe('Accepted, but nothing is stored'),
    truncation: z.enum(['auto', 'disabled']).nullish().describe('Accepted, but a conversation is never shortened'),
    user,
    background: z.literal(false, 'is not supported: the answer is part of the response').nullish().describe('Not supported'),
    previous_response_id: notKept('is not supported: responses are not stored, send the whole conversation in input'),
    conversation: notKept('is not supported: conversations are not stored, send the whole conversation in input'),
    prompt: notKept('is not supported: prompts are not stored, send the instructions and the input'),
    context_management: notKept('is not supported: conversations are not stored, send a shorter input'),
  })
  .meta({ id: 'ResponseRequest', examples: [{ model: auto, input: 'What is 6 * 7?' }] });
export type ResponseRequest = z.output<typeof responseRequest>;
