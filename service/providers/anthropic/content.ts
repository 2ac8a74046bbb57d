import * as z from 'zod';
import type { ChatMessage, ContentPart } from '../../models/chat.ts';
import { ModelError } from '../../models/model-error.ts';

/** A content block of the Messages API. */
export interface Block {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** The API has no form for a request. */
export function unsupported(param: string, message: string): ModelError {
  return new ModelError('rejected', `the Messages API has no form for ${param}`, { rejection: { message, code: undefined, param } });
}

/** Where an image or a file is: a URL, or its data. */
function sourceOf(url: string): object {
  if (!url.startsWith('data:')) return { type: 'url', url };
  const comma = url.indexOf(',');
  const [mediaType, ...parameters] = url.slice('data:'.length, comma).split(';');
  if (comma < 0 || !parameters.includes('base64')) throw unsupported('messages', 'A data URL must be base64: data:image/png;base64,…');
  return { type: 'base64', media_type: mediaType === 'image/jpg' ? 'image/jpeg' : mediaType, data: url.slice(comma + 1) };
}

const imagePart = z.object({ image_url: z.union([z.string(), z.object({ url: z.string() }).transform(({ url }) => url)]) });
const filePart = z.object({ file: z.object({ file_data: z.string(), filename: z.string().optional() }) });

function parsed<T>(schema: z.ZodType<T>, part: ContentPart, fields: string): T {
  const { success, data } = schema.safeParse(part);
  if (!success) throw unsupported('messages', `A part of the type ${part.type} needs ${fields}.`);
  return data;
}

/** The API rejects texts without a visible character. */
const textBlocks = (text: unknown): Block[] => (typeof text === 'string' && text.trim() !== '' ? [{ type: 'text', text }] : []);

/** How parts of the OpenAI API become blocks; others are passed on. */
const translations: Readonly<Record<string, (part: ContentPart) => Block[]>> = {
  text: ({ text }) => textBlocks(text),
  refusal: ({ refusal }) => textBlocks(refusal),
  image_url: (part) => [{ type: 'image', source: sourceOf(parsed(imagePart, part, 'image_url.url').image_url) }],
  file(part) {
    const { file_data: data, filename } = parsed(filePart, part, 'file.file_data').file;
    return [{ type: 'document', source: sourceOf(data), ...(filename === undefined ? {} : { title: filename }) }];
  },
};

/** A prompt that is marked for the cache stays marked. */
function blocksOfPart(part: ContentPart): Block[] {
  const translate = Object.hasOwn(translations, part.type) ? translations[part.type] : undefined;
  const { cache_control: cacheControl } = part;
  const blocks = translate === undefined ? [part] : translate(part);
  return cacheControl === undefined ? blocks : blocks.map((block) => ({ ...block, cache_control: cacheControl }));
}

export const blocksOf = (content: ChatMessage['content']): Block[] =>
  typeof content === 'string' ? textBlocks(content) : (content ?? []).flatMap(blocksOfPart);
