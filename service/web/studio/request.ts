import * as z from 'zod';
import { defaultCount } from '../../captions/schema.ts';
import type { CallInput } from '../../client/types.ts';
import { audiences, captionLengths, defaultHashtags, emojiAmounts, maxHashtags, styles } from '../../models/model.ts';

type Body = CallInput<'generate'>['body'];

/** What the visitor chose, apart from the picture and its description; kept in this browser. */
const optionsSchema = z.object({
  style: z.enum(styles),
  audience: z.enum(audiences),
  /** BCP 47; empty: the language of the description. */
  language: z.string(),
  length: z.enum(['any', ...captionLengths]),
  emoji: z.enum(['any', ...emojiAmounts]),
  hashtags: z.int().min(0).max(maxHashtags),
  callToAction: z.string(),
  brandVoice: z.string(),
});
export type CaptionOptions = z.output<typeof optionsSchema>;

const defaults: CaptionOptions = {
  style: 'casual',
  audience: 'general',
  language: '',
  length: 'any',
  emoji: 'any',
  hashtags: defaultHashtags,
  callToAction: '',
  brandVoice: '',
};

/** Options as stored; the defaults if they are unreadable or from another version of the page. */
export function parseOptions(text: string): CaptionOptions {
  try {
    return optionsSchema.catch(defaults).parse(JSON.parse(text));
  } catch {
    return defaults;
  }
}

/**
 * The body of `POST /api/v4/generate`; options that were not chosen are left out.
 * @param image data: URL of a picture for a model that reads it; not set: the description alone
 */
export function toBody(description: string, image: string | undefined, options: CaptionOptions): Body {
  const { style, audience, language, length, emoji, hashtags, callToAction, brandVoice } = options;
  return {
    ...(description.trim() !== '' && { content_description: description.trim() }),
    ...(image !== undefined && { image }),
    style,
    audience,
    client_id: 'studio',
    count: defaultCount,
    hashtags,
    ...(language !== '' && { language }),
    ...(length !== 'any' && { length }),
    ...(emoji !== 'any' && { emoji }),
    ...(callToAction.trim() !== '' && { call_to_action: callToAction.trim() }),
    ...(brandVoice.trim() !== '' && { brand_voice: brandVoice.trim() }),
  };
}
