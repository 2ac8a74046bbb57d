import type { ContentPart, ToolCall } from '../../models/chat.ts';
import type { ChatCompletionRequest } from '../schema.ts';
import type { InputItem, InputPart, ResponseRequest } from './request-schema.ts';

type Message = ChatCompletionRequest['messages'][number];

/** A part of an item as a part of a chat message. */
function partOf(part: InputPart): ContentPart {
  if (part.type === 'refusal') return { type: 'text', text: part.refusal };
  const { type, ...fields } = part;
  if (type === 'input_image') {
    const { image_url: url, detail } = part;
    return { type: 'image_url', image_url: { url, ...(detail === undefined ? {} : { detail }) } };
  }
  if (type === 'input_file') {
    const { file_data, filename } = part;
    return { type: 'file', file: { file_data, ...(filename === undefined ? {} : { filename }) } };
  }
  if (type === 'input_audio') return { type, ...fields };
  return { type: 'text', text: part.text };
}

const contentOf = (content: string | readonly InputPart[]) => (typeof content === 'string' ? content : content.map(partOf));

/** In a chat, the calls of one answer and its text are one message. */
function addCall(messages: Message[], call: ToolCall): void {
  const last = messages.at(-1);
  if (last?.role === 'assistant') {
    const calls = Array.isArray(last.tool_calls) ? last.tool_calls : [];
    messages[messages.length - 1] = { ...last, tool_calls: [...calls, call] };
  } else messages.push({ role: 'assistant', content: null, tool_calls: [call] });
}

function addItem(messages: Message[], item: InputItem): void {
  if (item.type === 'reasoning') return;
  if (item.type === 'function_call') {
    const { call_id: id, name, arguments: json } = item;
    addCall(messages, { id, type: 'function', function: { name, arguments: json } });
  } else if (item.type === 'function_call_output')
    messages.push({ role: 'tool', tool_call_id: item.call_id, content: contentOf(item.output) });
  else messages.push({ role: item.role, content: contentOf(item.content) });
}

/** The input of a response as the messages of a chat. */
export function messagesOf({ instructions, input }: Pick<ResponseRequest, 'instructions' | 'input'>): Message[] {
  const messages: Message[] = instructions ? [{ role: 'system', content: instructions }] : [];
  if (typeof input === 'string') return [...messages, { role: 'user', content: input }];
  for (const item of input) addItem(messages, item);
  return messages;
}
