import { createHash } from 'node:crypto';
import * as z from 'zod';

/** A deterministic model behind the Chat Completions API of OpenAI: it shows in its answer what reached it. */

const schemaNode: z.ZodType<SchemaNode> = z.lazy(() =>
  z.looseObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    properties: z.record(z.string(), schemaNode).optional(),
    items: schemaNode.optional(),
    anyOf: z.array(schemaNode).optional(),
    $ref: z.string().optional(),
    $defs: z.record(z.string(), schemaNode).optional(),
  }),
);
interface SchemaNode {
  readonly type?: string | string[] | undefined;
  readonly enum?: unknown[] | undefined;
  readonly const?: unknown;
  readonly properties?: Record<string, SchemaNode> | undefined;
  readonly items?: SchemaNode | undefined;
  readonly anyOf?: SchemaNode[] | undefined;
  readonly $ref?: string | undefined;
  readonly $defs?: Record<string, SchemaNode> | undefined;
}

const scalars: Readonly<Record<string, unknown>> = { string: 'Oslo', number: 7, integer: 7, boolean: true, null: null };

/** A value that fits a JSON schema. */
function sample(node: SchemaNode, definitions: Record<string, SchemaNode> = node.$defs ?? {}): unknown {
  if (node.$ref !== undefined) return sample(definitions[node.$ref.split('/').at(-1) ?? ''] ?? {}, definitions);
  if (node.const !== undefined) return node.const;
  if (node.enum !== undefined) return node.enum[0];
  if (node.anyOf?.[0] !== undefined) return sample(node.anyOf[0], definitions);
  const type = Array.isArray(node.type) ? node.type[0] : (node.type ?? 'object');
  if (type === 'array') return [sample(node.items ?? {}, definitions)];
  if (type !== 'object') return scalars[type ?? 'null'];
  return Object.fromEntries(Object.entries(node.properties ?? {}).map(([name, property]) => [name, sample(property, definitions)]));
}

const part = z.looseObject({ type: z.string(), text: z.string().optional(), image_url: z.object({ url: z.string() }).optional() });
const toolCall = z.looseObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(part)]).nullish(),
  tool_calls: z.array(toolCall).optional(),
  tool_call_id: z.string().optional(),
});
type Message = z.output<typeof message>;
const tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), parameters: schemaNode.optional() }),
});

export const chatBody = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z.union([z.string(), z.looseObject({ function: z.object({ name: z.string() }) })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: z.looseObject({ type: z.string(), json_schema: z.looseObject({ schema: schemaNode.optional() }).optional() }).nullish(),
  logprobs: z.boolean().nullish(),
  n: z.int().nullish(),
});
export type ChatBody = z.output<typeof chatBody>;

/** An error as OpenAI returns it. */
export class RejectedRequest extends Error {
  readonly body: { readonly error: object };
  constructor(text: string, code: string, param: string) {
    super(text);
    this.body = { error: { message: text, type: 'invalid_request_error', param, code } };
  }
}

const partsOf = ({ content }: Message) => (typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? []));
const textOf = (from: Message) =>
  partsOf(from)
    .flatMap(({ text }) => text ?? [])
    .join('\n');

/** OpenAI rejects a result of a tool without the call before it. */
function checkToolMessages(messages: readonly Message[]): void {
  let open: string[] = [];
  for (const [at, { role, tool_calls = [], tool_call_id: id }] of messages.entries()) {
    if (role === 'tool' && (id === undefined || !open.includes(id))) {
      throw new RejectedRequest('messages with role tool must follow a message with tool_calls', 'invalid_value', `messages.[${at}].role`);
    }
    open = role === 'assistant' ? tool_calls.map(({ id: each }) => each) : role === 'tool' ? open.filter((each) => each !== id) : [];
  }
}

const pngSize = (bytes: Buffer) => `${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`;

function describeImage(url: string): string {
  const [, type = '', data = ''] = /^data:([^;]+);base64,(.*)$/.exec(url) ?? [];
  return type === '' ? `An image at ${url}` : `An ${type} of ${pngSize(Buffer.from(data, 'base64'))}`;
}

export interface Answer {
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
}

/** Calls the functions that the last message names, else the first; every named function at once if the request allows it. */
function callsOf({ tools, tool_choice: choice, parallel_tool_calls: parallel, messages }: ChatBody): Answer['calls'] {
  const declared = (tools ?? []).map(({ function: each }) => each);
  const requested = textOf(messages.findLast(({ role }) => role === 'user') ?? { role: 'user' });
  const forced = typeof choice === 'object' && choice !== null ? choice.function.name : undefined;
  const named = declared.filter(({ name }) => (forced === undefined ? requested.includes(name) : name === forced));
  const chosen = named.length > 0 ? named : declared.slice(0, 1);
  return chosen.slice(0, parallel === false ? 1 : undefined).map(({ name, parameters }, at) => ({
    id: `call_${at}_${name}`,
    name,
    arguments: JSON.stringify(sample(parameters ?? {})),
  }));
}

/** The answer to a conversation. @throws {RejectedRequest} */
export function answerTo(body: ChatBody): Answer {
  const { messages, tools, tool_choice: choice, response_format: format } = body;
  checkToolMessages(messages);
  const last = messages.at(-1) ?? { role: 'user' };
  const all = messages.map(textOf).join('\n');
  if (all.includes('far too long')) {
    throw new RejectedRequest("This model's maximum context length is 8192 tokens.", 'context_length_exceeded', 'messages');
  }
  const isResult = last.role === 'tool';
  if (tools?.length && choice !== 'none' && !isResult) return { text: '', calls: callsOf(body) };
  if (format?.type === 'json_schema') return { text: JSON.stringify(sample(format.json_schema?.schema ?? {})), calls: [] };
  if (format?.type === 'json_object') {
    if (!/json/i.test(all)) throw new RejectedRequest("'messages' must contain the word 'json' in some form", 'invalid_value', 'messages');
    return { text: '{"city":"Oslo","degrees":7}', calls: [] };
  }
  if (isResult) {
    const results = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1);
    return { text: `The tools returned ${results.map(textOf).join(' and ')}`, calls: [] };
  }
  const images = partsOf(last).flatMap(({ image_url: image }) => (image === undefined ? [] : [describeImage(image.url)]));
  return { text: images.length > 0 ? images.join(', ') : `You said: ${textOf(last)}`, calls: [] };
}

export const embeddingBody = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(z.union([z.string(), z.int(), z.array(z.int())]))]),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  dimensions: z.int().nullish(),
});

/** A vector that depends on the input alone. */
function vectorOf(input: unknown, dimensions: number): Float32Array {
  const hash = createHash('sha512').update(JSON.stringify(input)).digest();
  return Float32Array.from({ length: dimensions }, (_, at) => (hash[at % hash.length] ?? 0) / 256);
}

/** Vectors as numbers or base64. */
export function embeddingsOf({ input, encoding_format: format, dimensions, model }: z.output<typeof embeddingBody>): object {
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input];
  const data = inputs.map((each, index) => {
    const vector = vectorOf(each, dimensions ?? 8);
    return { object: 'embedding', index, embedding: format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector] };
  });
  return { object: 'list', model, data, usage: { prompt_tokens: inputs.length, total_tokens: inputs.length } };
}
