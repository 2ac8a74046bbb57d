import type { Capability } from '../../contract/text-models.ts';
import type { ChatMessage, ChatRequest } from '../models/chat.ts';
import type { ModelSelection } from '../models/selection.ts';
import { auto, type ChatCompletionRequest } from './schema.ts';

const holds = (list: unknown) => Array.isArray(list) && list.length > 0;
const usesTools = ({ role, tool_calls }: ChatMessage) => role === 'tool' || role === 'function' || holds(tool_calls);
/** Parts with an image or another file; other parts, such as `thinking`, need no capability. */
const fileTypes = ['image_url', 'image', 'input_image', 'input_audio', 'video_url', 'file'];
const hasFile = ({ content }: ChatMessage) => Array.isArray(content) && content.some(({ type }) => fileTypes.includes(type));

/** The capabilities of a model that a request needs. */
const needs: readonly (readonly [Capability, (body: ChatCompletionRequest) => boolean])[] = [
  ['streaming', ({ stream }) => stream === true],
  ['tools', ({ tools, functions, messages }) => holds(tools) || holds(functions) || messages.some(usesTools)],
  ['json', ({ response_format: format }) => (format?.type ?? 'text') !== 'text'],
  ['vision', ({ messages }) => messages.some(hasFile)],
  ['logprobs', ({ logprobs }) => logprobs === true],
];

/** Which model may answer. */
export function selectionOf(body: ChatCompletionRequest): ModelSelection {
  const extra = needs.flatMap(([capability, isNeeded]) => (isNeeded(body) ? [capability] : []));
  return { model: body.model === auto ? undefined : body.model, needs: ['chat', ...extra] };
}

/** Null and an empty list mean the same as a field that is left out, but not all endpoints accept them. */
const isSet = ([, value]: [string, unknown]) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

/** A message without an empty list in place of a text, which many endpoints reject. */
const messageOf = ({ content, ...message }: ChatCompletionRequest['messages'][number]): ChatMessage => ({
  ...message,
  content: Array.isArray(content) && content.length === 0 ? '' : (content ?? (holds(message.tool_calls) ? null : '')),
});

/** The request for the model. */
export function chatRequestOf(body: ChatCompletionRequest): ChatRequest {
  const {
    model: _model,
    messages,
    max_completion_tokens,
    max_tokens,
    temperature,
    stop,
    stream: _stream,
    stream_options: _,
    ...rest
  } = body;
  return {
    messages: messages.map(messageOf),
    maxTokens: max_completion_tokens ?? max_tokens ?? undefined,
    temperature: temperature ?? undefined,
    stop: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    options: Object.fromEntries(Object.entries(rest).filter(isSet)),
  };
}
