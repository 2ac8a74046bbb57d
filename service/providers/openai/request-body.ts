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

  /** Learns from a rejection which field of the request `sent` the endpoint does not accept. The next body differs if another attempt may succeed. */
  learn({ failure, rejection }: ModelError, sent: string): void {
    const { param = '', code = '', message = '' } = rejection ?? {};
    const about = `${param} ${code} ${message}`;
    if (failure !== 'rejected') return;
    const names = (field: string) => about.includes(field) && sent.includes(`"${field}":`);
    // LM Studio: "'response_format.type' must be 'json_schema' or 'text'"; Groq: the model wrote no valid JSON.
    if (names('response_format') || jsonMode.test(about)) this.#jsonMode = false;
    else if (!unsupported.test(about)) return;
    else if (names('max_tokens')) this.#tokens = 'max_completion_tokens';
    else if (names('max_completion_tokens')) this.#tokens = 'max_tokens';
    else if (names('stream_options')) this.#streamUsage = false;
  }
}

const jsonMode = /json_object|json_validate_failed|json mode/i;
const unsupported = /un(?:supported|recognized|known|expected)|not (?:supported|permitted|allowed|valid|implemented)|extra|instead/i;

/** A `response_format` of the service itself: endpoints without JSON mode get the request without it. */
export const jsonIfPossible = { type: 'json_object' } as const;
