import { tagOf } from '../../language/language-tags.ts';
import { createCaptionReader } from './caption-reader.ts';
import { captionOf, textIn } from './caption-text.ts';
import { type FoundValue, jsonValues } from './json-values.ts';

/** What a model wrote. */
export interface CaptionAnswer {
  readonly captions: readonly string[];
  /** As written: not all are valid. */
  readonly hashtags: readonly string[];
  /** As the model says; a BCP 47 tag. */
  readonly language: string | undefined;
}

interface Found extends CaptionAnswer {
  /** Whether it is a list of captions: a single one may be one of several objects. */
  readonly isList: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object's fields, their names in lower case. */
const fieldsOf = (value: Fields): Fields => Object.fromEntries(Object.entries(value).map(([name, field]) => [name.toLowerCase(), field]));

/** Depth of objects around the captions. */
const maxDepth = 3;
const numberedKey = /^(?:caption|option)?[ _-]?\d{1,2}$/;
/** Names of a list in place of `captions`, such as translations. */
const listKey = /caption|leyenda|text|option|opcion|variant|post|result|item|data/;

/** Several captions in one string, a paragraph or a line each, if there are as many as requested. */
function inOneText(text: string, count: number): string[] {
  const parts = [/\n\s{0,10}\n/, /\n/].map((separator) => text.split(separator).filter((part) => part.trim() !== ''));
  return parts.find(({ length }) => length > 1 && length === count) ?? [text];
}

function textsOf(value: unknown, count: number): string[] {
  if (typeof value === 'string') return inOneText(value, count);
  if (Array.isArray(value)) return value.flat().flatMap((item: unknown) => textIn(item) ?? []);
  if (!isFields(value)) return [];
  const text = textIn(value);
  return text === undefined ? Object.values(value).flatMap((item) => textIn(item) ?? []) : [text];
}

function hashtagsOf(value: unknown): string[] {
  if (typeof value === 'string') return /[#,;]/.test(value) ? [value] : value.split(/\s/);
  const items = Array.isArray(value) ? value : isFields(value) ? Object.values(value).flat() : [];
  return items.flatMap((item: unknown) => textIn(item) ?? []);
}

/** The hashtags of the objects of a list. */
const hashtagsOfItems = (value: unknown): string[] =>
  Array.isArray(value) ? value.flatMap((item: unknown) => (isFields(item) ? hashtagsOf(fieldsOf(item).hashtags) : [])) : [];

/** The captions that an object holds itself. */
function ownCaptions(fields: Fields, count: number): { readonly texts: string[]; readonly isList: boolean } {
  const { captions, caption, alternatives } = fields;
  if (captions !== undefined) return { texts: textsOf(captions, count), isList: true };
  if (caption !== undefined) {
    const texts = [...textsOf(caption, count), ...textsOf(alternatives, count)];
    return { texts, isList: texts.length > 1 };
  }
  const list = Object.entries(fields).find(([name, field]) => listKey.test(name) && Array.isArray(field));
  if (list !== undefined) return { texts: textsOf(list[1], count), isList: true };
  const numbered = Object.entries(fields).filter(([name]) => numberedKey.test(name));
  if (numbered.length > 0) return { texts: numbered.flatMap(([, item]) => textsOf(item, 1)), isList: true };
  return { texts: typeof fields.text === 'string' ? [fields.text] : [], isList: false };
}

function readFields(value: Fields, count: number, depth: number): Found | undefined {
  const fields = fieldsOf(value);
  const { texts, isList } = ownCaptions(fields, count);
  const given = hashtagsOf(fields.hashtags);
  const hashtags = given.length > 0 ? given : hashtagsOfItems(fields.captions);
  const language = typeof fields.language === 'string' ? tagOf(fields.language) : undefined;
  if (texts.length > 0) return { captions: texts, hashtags, language, isList };
  if (depth === maxDepth) return undefined;
  const inner = Object.values(fields)
    .map((field) => (isFields(field) ? readFields(field, count, depth + 1) : undefined))
    .find((found) => found !== undefined);
  return inner && { ...inner, hashtags: inner.hashtags.length > 0 ? inner.hashtags : hashtags, language: inner.language ?? language };
}

/** A list without an object around it; a list of hashtags is none. */
function readList(value: readonly unknown[], count: number): Found | undefined {
  const texts = value.flatMap((item) => (isFields(item) ? (readFields(item, count, 1)?.captions ?? []) : textsOf(item, 1)));
  const captions = texts.filter((text) => !text.startsWith('#'));
  return captions.length === 0 ? undefined : { captions, hashtags: hashtagsOfItems(value), language: undefined, isList: true };
}

/** The items without the last if the text was cut in it. */
const complete = (items: readonly string[], cutText: string | undefined): readonly string[] => {
  const last = items.at(-1);
  return last !== undefined && cutText?.endsWith(last.slice(-4)) ? items.slice(0, -1) : items;
};

function readValue({ value, cutText }: FoundValue, count: number): Found | undefined {
  const found = Array.isArray(value) ? readList(value, count) : isFields(value) ? readFields(value, count, 0) : undefined;
  if (found === undefined) return undefined;
  const captions = complete(found.captions, cutText);
  const [only = ''] = found.captions;
  return {
    ...found,
    captions: captions.length > 0 ? captions : [`${only.replace(/\s\S*$/, '')}…`],
    hashtags: complete(found.hashtags, cutText),
  };
}

/** The last list of captions in JSON, else the single captions of all objects together: models may write a draft first. */
function readValues(values: Iterable<FoundValue>, count: number): CaptionAnswer | undefined {
  const single: Found[] = [];
  for (const json of values) {
    const found = readValue(json, count);
    if (found?.isList) return found;
    if (found !== undefined) single.unshift(found);
  }
  if (single.length === 0) return undefined;
  return {
    captions: single.flatMap(({ captions }) => captions),
    hashtags: single.flatMap(({ hashtags }) => hashtags),
    language: single.find(({ language }) => language !== undefined)?.language,
  };
}

function readJson(text: string, count: number): CaptionAnswer | undefined {
  for (const values of jsonValues(text)) {
    const found = readValues(values, count);
    if (found !== undefined) return found;
  }
  // Beyond repair: the captions before the first mistake, as a stream sends them.
  const captions = createCaptionReader()(text);
  return captions.length === 0 ? undefined : { captions, hashtags: [], language: undefined };
}

/** A numbered or bulleted list of exactly as many captions as requested. */
function readLines(text: string, count: number): CaptionAnswer | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const captions = lines.flatMap((line) => /^(?:\d{1,2}[.)]|[-*•])\s(.*)$/.exec(line)?.[1] ?? []);
  return captions.length === count ? { captions, hashtags: lines.filter((line) => line.startsWith('#')), language: undefined } : undefined;
}

const hashtagsIn = (texts: readonly string[]) => texts.flatMap((text) => text.match(/#[\p{L}\p{M}\p{N}_]+/gu) ?? []);

/**
 * Reads the captions that a model wrote, in JSON as it was instructed or in what models write in its place.
 * @param count how many captions were requested
 * @returns undefined if the text holds no caption
 */
export function readCaptionAnswer(text: string, count: number): CaptionAnswer | undefined {
  const found = readJson(text.trim(), count) ?? readLines(text, count);
  const captions = found?.captions.flatMap((caption, position) => captionOf(caption, position) ?? []) ?? [];
  if (found === undefined || captions.length === 0) return undefined;
  return { captions, hashtags: found.hashtags.length > 0 ? found.hashtags : hashtagsIn(captions), language: found.language };
}
