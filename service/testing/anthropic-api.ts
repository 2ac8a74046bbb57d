import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Behaviour } from './upstream.ts';

/** The Messages API, as https://platform.claude.com/docs/en/api/messages describes it: its rules for requests, and its answers. */

const visible = z.string().regex(/\S/, 'text content blocks must contain non-whitespace text');
const cached = { cache_control: z.unknown().optional() };
const textBlock = z.strictObject({ type: z.literal('text'), text: visible, ...cached });
const source = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('base64'), media_type: z.string().min(1), data: z.base64() }),
  z.strictObject({ type: z.literal('url'), url: z.string() }),
]);
const image = z.strictObject({ type: z.literal('image'), source, ...cached });
const document = z.strictObject({ type: z.literal('document'), source, title: z.string().optional(), ...cached });
const toolId = z.string().regex(/^[a-zA-Z0-9_-]+$/);
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: toolId,
  content: z
    .array(z.discriminatedUnion('type', [textBlock, image, document]))
    .min(1)
    .optional(),
});
const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: toolId,
  name: z.string().min(1),
  input: z.record(z.string(), z.unknown()),
});
const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) });
const turn = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [textBlock, image, document, toolResult])).min(1),
  }),
  z.strictObject({ role: z.literal('assistant'), content: z.array(z.discriminatedUnion('type', [thinking, textBlock, toolUse])).min(1) }),
]);
type Turn = z.output<typeof turn>;

const alternates = (turns: readonly Turn[]) => turns.every(({ role }, index) => role !== turns[index - 1]?.role);
const endsWithoutSpace = (turns: readonly Turn[]) => {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  return last?.role !== 'assistant' || block?.type !== 'text' || block.text === block.text.trimEnd();
};
const resultsFirst = (turns: readonly Turn[]) =>
  turns.every(({ content }) => !/[^r]r/.test(content.map(({ type }) => (type === 'tool_result' ? 'r' : '.')).join('')));

const parallel = { disable_parallel_tool_use: z.boolean().optional() };
/** A request that the API accepts. */
export const anthropicRequest = z
  .strictObject({
    model: z.string().min(1),
    max_tokens: z.int().min(1),
    system: z.array(textBlock).min(1).optional(),
    messages: z
      .array(turn)
      .min(1)
      .refine(alternates, 'roles must alternate')
      .refine(endsWithoutSpace, 'final assistant content cannot end with trailing whitespace')
      .refine(resultsFirst, 'tool_result blocks must come first'),
    stream: z.boolean().optional(),
    temperature: z.number().min(0).max(1).optional(),
    top_p: z.number().min(0).max(1).optional(),
    top_k: z.int().optional(),
    stop_sequences: z.array(z.string().min(1)).min(1).optional(),
    thinking: z.looseObject({ type: z.string() }).optional(),
    output_config: z
      .strictObject({
        effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
        format: z.strictObject({ type: z.literal('json_schema'), schema: z.looseObject({}) }).optional(),
      })
      .optional(),
    tools: z
      .array(
        z.strictObject({
          name: z.string().min(1),
          description: z.string().optional(),
          input_schema: z.looseObject({ type: z.literal('object') }),
          strict: z.boolean().optional(),
        }),
      )
      .min(1)
      .optional(),
    tool_choice: z
      .discriminatedUnion('type', [
        z.strictObject({ type: z.enum(['auto', 'any']), ...parallel }),
        z.strictObject({ type: z.literal('none') }),
        z.strictObject({ type: z.literal('tool'), name: z.string(), ...parallel }),
      ])
      .optional(),
  })
  .refine(({ tools, tool_choice }) => tools !== undefined || tool_choice === undefined, 'tool_choice requires tools');

/** An event of a stream. */
export interface StreamEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}
type Content = { readonly type: string; readonly [field: string]: unknown };
interface Answer {
  readonly content: readonly Content[];
  readonly stop_reason?: string;
  readonly stop_details?: object;
  readonly usage?: object;
}

const messageOf = ({ content, stop_reason = 'end_turn', stop_details, usage }: Answer) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-test-1',
  content,
  stop_reason,
  stop_sequence: null,
  stop_details: stop_details ?? null,
  usage: { input_tokens: 11, cache_creation_input_tokens: 0, cache_read_input_tokens: 4, output_tokens: 7, ...usage },
});

/** What a stream sends of a block, in pieces of three characters. */
function deltasOf(block: Content): readonly object[] {
  const pieces = (text: unknown) => String(text).match(/[\s\S]{1,3}/g) ?? [];
  if (block.type === 'text') return pieces(block.text).map((text) => ({ type: 'text_delta', text }));
  if (block.type === 'tool_use')
    return ['', ...pieces(JSON.stringify(block.input))].map((text) => ({ type: 'input_json_delta', partial_json: text }));
  const thoughts = pieces(block.thinking).map((text) => ({ type: 'thinking_delta', thinking: text }));
  return block.type === 'thinking' ? [...thoughts, { type: 'signature_delta', signature: block.signature }] : [];
}

const emptied = (block: Content): object =>
  ({ text: { type: 'text', text: '' }, tool_use: { ...block, input: {} }, thinking: { type: 'thinking', thinking: '', signature: '' } })[
    block.type
  ] ?? block;

/** The events of a stream with this answer. */
export function eventsOf(answer: Answer): readonly StreamEvent[] {
  const { stop_reason, stop_sequence, stop_details, usage, ...message } = messageOf(answer);
  const blocks = answer.content.flatMap((block, index) => [
    { type: 'content_block_start', index, content_block: emptied(block) },
    { type: 'ping' },
    ...deltasOf(block).map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]);
  return [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } } },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence, stop_details }, usage: { output_tokens: usage.output_tokens } },
    { type: 'message_stop' },
  ];
}

/** Sends events, and closes the stream. */
export function sendEvents(response: ServerResponse, events: readonly StreamEvent[]): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
}

/** Responds with an error of the API. */
export const anthropicError =
  (status: number, type: string, message: string, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' }));
  };

/** Responds as the API: rejects what it would reject, streams if the request says so. */
export const anthropicAnswers =
  (answer: (request: z.output<typeof anthropicRequest>) => Answer): Behaviour =>
  (received, response) => {
    const reject = (status: number, type: string, message: string) => anthropicError(status, type, message)(received, response);
    if (received.headers['anthropic-version'] === undefined)
      return reject(400, 'invalid_request_error', 'anthropic-version: header is required');
    if (received.headers['x-api-key'] !== 'test-key') return reject(401, 'authentication_error', 'invalid x-api-key');
    if (received.path !== '/v1/messages') return reject(404, 'not_found_error', 'Not found');
    const { success, data, error } = anthropicRequest.safeParse(received.body);
    if (!success) return reject(400, 'invalid_request_error', z.prettifyError(error));
    if (data.stream === true) return sendEvents(response, eventsOf(answer(data)));
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(messageOf(answer(data))));
  };
