import type { ChatMessage, ChatRequest, ContentPart } from '../../models/chat.ts';
import type { ModelError } from '../../models/model-error.ts';

const isPlainText = (part: ContentPart) => part.type === 'text' && Object.keys(part).every((key) => key === 'type' || key === 'text');

/** Many endpoints know neither lists of texts nor empty lists, and only OpenAI's newer models the role `developer`. */
function compatible({ role, content, ...rest }: ChatMessage): object {
  const isText = Array.isArray(content) && content.every(isPlainText);
  const text = isText ? content.map(({ text = '' }: ContentPart) => text).join('\n') : content;
  return { role: role === 'developer' ? 'system' : role, ...(text === undefined ? {} : { content: text }), ...rest };
}

/** Fields that the service adds itself, and that not all endpoints accept. */
export class Dialect {
  /** OpenAI's newer models reject `max_tokens`; most compatible endpoints support nothing else. */
  #tokens: 'max_tokens' | 'max_completion_tokens';
  #streamUsage = true;
  #jsonMode = true;

  constructor(isOpenAi: boolean) {
    this.#tokens = isOpenAi ? 'max_completion_tokens' : 'max_tokens';
  }

  /** The body of a request, without `stream`. */
  body(model: string, { messages, maxTokens, temperature, stop, options }: ChatRequest): object {
    const { response_format: format, ...rest } = options ?? {};
    return {
      model,
      messages: messages.map(compatible),
      ...(maxTokens === undefined ? {} : { [this.#tokens]: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(stop === undefined || stop.length === 0 ? {} : { stop }),
      ...(format === undefined || (format === jsonIfPossible && !this.#jsonMode) ? {} : { response_format: format }),
      ...rest,
    };
  }

  get streamFields(): object {
    return this.#streamUsage ? { stream: true, stream_options: { include_usage: true } } : { stream: true };
  }

  /** Learns from a rejection which field the endpoint does not accept. @returns whether another attempt may succeed */
  learn({ failure, rejection }: ModelError, sent: string): boolean {
    const about = `${rejection?.param ?? ''} ${rejection?.message ?? ''}`;
    if (failure !== 'rejected' || !unsupported.test(about)) return false;
    const names = (field: string) => about.includes(field) && sent.includes(`"${field}":`);
    if (names(this.#tokens)) this.#tokens = this.#tokens === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens';
    else if (names('stream_options')) this.#streamUsage = false;
    else if (names('response_format') && this.#jsonMode) this.#jsonMode = false;
    else return false;
    return true;
  }
}

const unsupported = /un(?:supported|recognized|known|expected)|not (?:supported|permitted|allowed|valid|implemented)|extra|instead/i;

/** A `response_format` of the service itself: endpoints without JSON mode get the request without it. */
export const jsonIfPossible = { type: 'json_object' } as const;
