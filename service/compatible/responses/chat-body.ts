import type { FieldNames } from '../rejection.ts';
import type { ChatCompletionRequest } from '../schema.ts';
import { messagesOf } from './input.ts';
import type { ResponseRequest } from './request-schema.ts';

/** Fields that a chat has in another form or not at all. */
const ownFields: readonly string[] = [
  'input',
  'instructions',
  'max_output_tokens',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
  'include',
  'top_logprobs',
  'metadata',
  'stream_options',
  'store',
  'truncation',
  'background',
  'previous_response_id',
  'conversation',
  'prompt',
  'context_management',
  // Limits the calls of built-in tools, of which there are none.
  'max_tool_calls',
] satisfies readonly (keyof ResponseRequest | 'stream_options' | 'max_tool_calls')[];

/** Where the fields of that chat come from. */
export const responseFieldNames: FieldNames = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
  verbosity: 'text.verbosity',
  reasoning_effort: 'reasoning.effort',
  logprobs: 'top_logprobs',
};

type ToolChoice = ResponseRequest['tool_choice'];
interface Named {
  readonly name: string;
}

const choiceOf = ({ name }: Named) => ({ type: 'function', function: { name } });

function toolChoiceOf(choice: ToolChoice): unknown {
  if (typeof choice !== 'object' || choice === null) return choice;
  if (choice.type === 'function') return choiceOf(choice);
  return { type: choice.type, allowed_tools: { mode: choice.mode, tools: choice.tools.map(choiceOf) } };
}

/** A chat accepts its other fields about tools only if it has tools. */
function toolFields({ tools, tool_choice, parallel_tool_calls }: ResponseRequest) {
  if (!tools || tools.length === 0) return {};
  return {
    tools: tools.map(({ type, ...fields }) => ({ type, function: fields })),
    tool_choice: toolChoiceOf(tool_choice),
    parallel_tool_calls,
  };
}

function formatOf({ text }: ResponseRequest): ChatCompletionRequest['response_format'] {
  const { type, ...schema } = text?.format ?? { type: 'text' };
  if (type === 'text') return undefined;
  return type === 'json_schema' ? { type, json_schema: schema } : { type };
}

function logprobFields({ include, top_logprobs }: ResponseRequest) {
  const isRequested = include?.includes('message.output_text.logprobs') === true || (top_logprobs ?? 0) > 0;
  return isRequested ? { logprobs: true, top_logprobs: top_logprobs ?? undefined } : {};
}

/** The chat that answers a request for a response. */
export function chatBodyOf(body: ResponseRequest): ChatCompletionRequest {
  const others = Object.entries(body).filter(([field]) => !ownFields.includes(field));
  return {
    ...Object.fromEntries(others),
    model: body.model,
    messages: messagesOf(body),
    max_completion_tokens: body.max_output_tokens,
    response_format: formatOf(body),
    verbosity: body.text?.verbosity,
    reasoning_effort: body.reasoning?.effort,
    ...toolFields(body),
    ...logprobFields(body),
  };
}
