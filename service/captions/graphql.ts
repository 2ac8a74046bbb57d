import type * as z from 'zod';
import { builder, type MutationFields } from '../graphql/builder/builder.ts';
import { parseInput } from '../graphql/builder/input.ts';
import { languageOf, languages } from '../language/languages.ts';
import { tokenUsageType } from '../models/graphql.ts';
import { audiences, captionLengths, emojiAmounts, styles } from '../models/model.ts';
import type { Captions } from './captions.ts';
import { generateRequest, type generateResponse } from './schema.ts';

declare module '../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly captions: Captions;
  }
}

const styleType = builder.enumType('Style', { description: 'Tone of captions.', values: styles });
const audienceType = builder.enumType('Audience', { description: 'Target audience of captions.', values: audiences });
const languageType = builder.enumType('Language', {
  description: 'Language of captions (ISO 639-1); other: see languageTag.',
  values: [...languages, 'other'],
});
const lengthType = builder.enumType('CaptionLength', { description: 'Length of captions.', values: captionLengths });
const emojiType = builder.enumType('EmojiAmount', { description: 'How many emoji captions have.', values: emojiAmounts });

const captionType = builder.objectRef<z.output<typeof generateResponse>>('Caption').implement({
  description: 'A caption, its alternatives and its hashtags.',
  fields: (t) => ({
    id: t.exposeID('id'),
    caption: t.exposeString('caption'),
    alternatives: t.exposeStringList('alternatives'),
    hashtags: t.exposeStringList('hashtags'),
    style: t.expose('style', { type: styleType }),
    audience: t.expose('audience', { type: audienceType }),
    language: t.field({
      type: languageType,
      description: 'The language that the captions are in, without region.',
      deprecationReason: 'Use languageTag.',
      resolve: ({ language }) => languageOf(language) ?? 'other',
    }),
    languageTag: t.exposeString('language', { description: 'BCP 47 tag of the language that the captions are in.' }),
    model: t.exposeString('model'),
    cached: t.exposeBoolean('cached'),
    usage: t.expose('usage', { type: tokenUsageType }),
  }),
});

export const generateCaptionInput = builder.inputType('GenerateCaptionInput', {
  description: 'A picture or its description, and how to write about it.',
  fields: (t) => ({
    contentDescription: t.string(),
    image: t.string(),
    style: t.field({ type: styleType, required: true }),
    audience: t.field({ type: audienceType, required: true }),
    clientId: t.string({ required: true }),
    language: t.field({
      type: languageType,
      description: 'Default: the language of the description.',
      deprecationReason: 'Use languageTag.',
    }),
    languageTag: t.string({ description: 'BCP 47 tag of the language of the captions; default: the language of the description.' }),
    count: t.int(),
    length: t.field({ type: lengthType }),
    emoji: t.field({ type: emojiType }),
    hashtags: t.int(),
    callToAction: t.string(),
    brandVoice: t.string(),
    like: t.string({ description: 'A caption that you like: the new ones have its manner, in other words.' }),
    avoid: t.stringList({ description: 'Captions that you have already: the new ones differ from them.' }),
  }),
});

/** The input with the fields of REST: there the tag is called `language`. */
export const captionRest = ({ languageTag, language, ...rest }: typeof generateCaptionInput.$inferInput) => ({
  ...rest,
  language: languageTag ?? language,
});

export const captionsMutations = (t: MutationFields) => ({
  generateCaption: t.field({
    type: captionType,
    args: { input: t.arg({ type: generateCaptionInput, required: true }) },
    resolve: (_root, { input }, { features, caller, signal }) =>
      features.captions.generate(parseInput(generateRequest, captionRest(input)), { caller, signal }),
  }),
});
