import type * as z from 'zod';
import { builder, type MutationFields } from '../graphql/builder/builder.ts';
import { parseInput } from '../graphql/builder/input.ts';
import { tokenUsageType } from '../graphql/builder/shared-types.ts';
import { languages } from '../language/languages.ts';
import { audiences, styles } from '../models/model.ts';
import type { Captions } from './captions.ts';
import { generateRequest, type generateResponse } from './schema.ts';

declare module '../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly captions: Captions;
  }
}

const styleType = builder.enumType('Style', { values: styles });
const audienceType = builder.enumType('Audience', { values: audiences });
const languageType = builder.enumType('Language', { values: languages });

const captionType = builder.objectRef<z.output<typeof generateResponse>>('Caption').implement({
  description: 'A caption, its alternatives and its hashtags.',
  fields: (t) => ({
    id: t.exposeID('id'),
    caption: t.exposeString('caption', { description: 'The best one.' }),
    alternatives: t.exposeStringList('alternatives', { description: 'Others, the better first.' }),
    hashtags: t.exposeStringList('hashtags'),
    style: t.expose('style', { type: styleType }),
    audience: t.expose('audience', { type: audienceType }),
    language: t.expose('language', { type: languageType }),
    model: t.exposeString('model', { description: 'The model that wrote it.' }),
    cached: t.exposeBoolean('cached', { description: 'Whether it comes from the cache.' }),
    usage: t.expose('usage', { type: tokenUsageType }),
  }),
});

export const generateCaptionInput = builder.inputType('GenerateCaptionInput', {
  fields: (t) => ({
    contentDescription: t.string({ required: true, description: 'What the picture shows; 1 to 2000 characters.' }),
    style: t.field({ type: styleType, required: true }),
    audience: t.field({ type: audienceType, required: true }),
    clientId: t.string({ required: true, description: 'Your own name for the client.' }),
    language: t.field({ type: languageType, description: 'Default: the language of the description.' }),
    count: t.int({ description: 'How many different captions, 1 to 5; default: 3.' }),
  }),
});

export const captionsMutations = (t: MutationFields) => ({
  generateCaption: t.field({
    type: captionType,
    args: { input: t.arg({ type: generateCaptionInput, required: true }) },
    resolve: (_root, { input }, { features, caller, signal }) =>
      features.captions.generate(parseInput(generateRequest, input), { caller, signal }),
  }),
});
