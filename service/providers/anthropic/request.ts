import * as z from 'zod';
import type { ChatMessage, ChatRequest } from '../../models/chat.ts';
import { type Block, blocksOf, unsupported } from './content.ts';
import { toolFields } from './tools.ts';

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

const called = z.looseObject({ name: z.string(), arguments: z.unknown().optional() });
const toolCall = z.looseObject({ id: z.string(), function: called });

/** Ids of other providers may have characters that the API rejects. */
const toolId = (id: string) => id.replace(/[^a-zA-Z0-9_-]/g, '_');
/** Older clients name the function in place of a call. */
const functionId = (name: unknown) => toolId(`function_${String(name)}`);

/** Arguments as the object that the API requires. */
function inputOf(args: unknown): unknown {
  const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject(args)) return args;
  if (typeof args !== 'string' || args.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(args);
    if (isObject(value)) return value;
  } catch {}
  return { arguments: args };
}

function callsOf({ tool_calls: calls, function_call: older }: ChatMessage): Block[] {
  const read = z.array(toolCall).nullish().safeParse(calls);
  const readOlder = called.nullish().safeParse(older);
  if (!read.success || !readOlder.success) throw unsupported('messages', 'Each of tool_calls needs an id, and a function with a name.');
  const functionCall = readOlder.data && [{ id: functionId(readOlder.data.name), function: readOlder.data }];
  return [...(read.data ?? []), ...(functionCall ?? [])].map((call) => ({
    type: 'tool_use',
    id: toolId(call.id),
    name: call.function.name,
    input: inputOf(call.function.arguments),
  }));
}

/** The reasoning of an earlier answer, signed, as `answer.ts` returned it. */
const thinkingBlocks = z.array(z.looseObject({ type: z.string() })).catch([]);

function contentOf(message: ChatMessage): Block[] {
  const blocks = blocksOf(message.content);
  if (message.role === 'assistant') return [...thinkingBlocks.parse(message.thinking_blocks), ...blocks, ...callsOf(message)];
  if (message.role !== 'tool' && message.role !== 'function') return blocks;
  const id = message.role === 'tool' ? toolId(String(message.tool_call_id)) : functionId(message.name);
  return [{ type: 'tool_result', tool_use_id: id, ...(blocks.length === 0 ? {} : { content: blocks }) }];
}

const isSystem = ({ role }: ChatMessage) => role === 'system' || role === 'developer';

/** The conversation as alternating turns; results of tools come first in their turn. */
function turnsOf(messages: readonly ChatMessage[]): Turn[] {
  const turns: { role: Turn['role']; content: Block[] }[] = [];
  for (const message of messages) {
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const content = contentOf(message);
    const last = turns.at(-1);
    if (content.length === 0) continue;
    if (last?.role === role) last.content.push(...content);
    else turns.push({ role, content });
  }
  const isText = ({ type }: Block) => Number(type !== 'tool_result');
  return turns.map(({ role, content }) => ({ role, content: content.toSorted((a, b) => isText(a) - isText(b)) }));
}

/** The answer continues a last message of the assistant, which must not end with white space. */
function withoutTrailingSpace(turns: Turn[]): Turn[] {
  const last = turns.at(-1);
  const block = last?.content.at(-1);
  if (last?.role !== 'assistant' || typeof block?.text !== 'string') return turns;
  return [...turns.slice(0, -1), { ...last, content: [...last.content.slice(0, -1), { ...block, text: block.text.trimEnd() }] }];
}

const efforts: Readonly<Record<string, string>> = { minimal: 'low' };
const jsonOnly: Block = { type: 'text', text: 'Answer with one JSON object only.' };

/** `response_format` and `reasoning_effort`. */
function outputConfig(format: unknown, effort: unknown): object {
  const { json_schema: schema } = z
    .looseObject({ json_schema: z.looseObject({ schema: z.unknown().optional() }).optional() })
    .catch({})
    .parse(format);
  return {
    ...(schema === undefined ? {} : { format: { type: 'json_schema', schema: schema.schema } }),
    ...(typeof effort === 'string' ? { effort: efforts[effort] ?? effort } : {}),
  };
}

/** Fields of the OpenAI API that the Messages API has no counterpart of, and that change no answer in kind. */
const leftOut = new Set([
  ...['seed', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'n', 'user', 'store', 'metadata'],
  ...['service_tier', 'prediction', 'modalities', 'verbosity', 'safety_identifier', 'prompt_cache_key', 'prompt_cache_retention'],
]);

/**
 * The body of a request in the form of the Messages API (https://platform.claude.com/docs/en/api/messages). Fields that the OpenAI API
 * does not have, such as `thinking` and `top_k`, are passed on.
 * @throws {ModelError} `rejected` if the API has no form for the request
 */
export function messagesBody(model: string, maxTokens: number, request: ChatRequest, isStreamed: boolean): object {
  const { tools, functions, tool_choice, function_call, parallel_tool_calls, response_format, reasoning_effort, ...rest } =
    request.options ?? {};
  const { n = 1, output_config, ...options } = rest;
  if (n !== 1) throw unsupported('n', 'This model writes one answer per request: n must be 1.');
  const isJson = z.looseObject({ type: z.literal('json_object') }).safeParse(response_format).success;
  const instructions = request.messages.filter(isSystem).flatMap(({ content }) => blocksOf(content));
  const conversation = withoutTrailingSpace(turnsOf(request.messages.filter((message) => !isSystem(message))));
  const [turns, system]: [Turn[], Block[]] =
    conversation.length > 0 ? [conversation, instructions] : [[{ role: 'user', content: instructions }], []];
  if (turns[0]?.content.length === 0) throw unsupported('messages', 'The messages have no content.');
  const config = { ...outputConfig(response_format, reasoning_effort), ...z.looseObject({}).catch({}).parse(output_config) };
  const allSystem = isJson ? [...system, jsonOnly] : system;
  return {
    model,
    max_tokens: request.maxTokens ?? maxTokens,
    ...(allSystem.length === 0 ? {} : { system: allSystem }),
    messages: turns,
    ...toolFields({ tools, functions, choice: tool_choice ?? function_call, parallel: parallel_tool_calls }),
    ...(request.temperature === undefined ? {} : { temperature: Math.min(request.temperature, 1) }),
    ...(request.stop === undefined || request.stop.length === 0 ? {} : { stop_sequences: request.stop }),
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
    ...Object.fromEntries(Object.entries(options).filter(([name]) => !leftOut.has(name))),
    ...(isStreamed ? { stream: true } : {}),
  };
}
