import { createHash } from 'node:crypto';
import * as z from 'zod';
import { StartError } from '../../runtime/start-error.ts';
import breastCancer from './subjects/breast-cancer.json' with { type: 'json' };
import renewableEnergy from './subjects/renewable-energy.json' with { type: 'json' };

/** Changes with the results of the analysis: articles are then analyzed again. */
const algorithmVersion = 1;

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits and hyphens');
const language = z.string().regex(/^[a-z]{2,3}$/, 'must be an ISO 639 code, such as en');
const title = z.strictObject({ en: z.string().trim().min(1).max(80), es: z.string().trim().min(1).max(80) });
/** Words with their weight. A word matches its plural and other forms without regard to accents; `mammogra*` matches every continuation. */
const terms = z.record(
  z.string().regex(/^[\p{L}\p{N}]+\*?(?:[ -][\p{L}\p{N}]+\*?)*$/u, 'must be words, each with an optional * at its end'),
  z.number().min(-10).max(10),
);
const termsByLanguage = z.record(language, terms);

/** What the articles are about: decides which are relevant, and names their topics. */
export const subject = z.strictObject({
  name,
  title,
  /** Languages that the terms are in. */
  languages: z.array(language).min(1).max(20),
  /** Relevance, 0 to 1, from which on an article counts as relevant. */
  threshold: z.number().gt(0).lt(1),
  /** A negative weight counts against the subject. */
  terms: termsByLanguage,
  topics: z.record(name, z.strictObject({ title, terms: termsByLanguage })),
  /** Words of the subject that say nothing about the tone of an article. */
  neutral: z.record(language, z.array(z.string().trim().min(1))).default({}),
});
export type Subject = z.output<typeof subject>;

const withTerms = subject.refine(({ languages, terms }) => languages.every((code) => Object.keys(terms[code] ?? {}).length > 0), {
  path: ['terms'],
  message: 'must have terms in each of the languages',
});

const builtIn: readonly unknown[] = [breastCancer, renewableEnergy];
/** The built-in subjects by name. */
export const subjects: ReadonlyMap<string, Subject> = new Map(
  builtIn.map((data) => {
    const parsed = subject.parse(data);
    return [parsed.name, parsed] as const;
  }),
);

const setting = 'NEWS_SUBJECT';

/**
 * The subject of the setting NEWS_SUBJECT: the name of a built-in one, or its JSON.
 * @throws {StartError} naming the path of each error
 */
export function readSubject(text: string): Subject {
  const known = subjects.get(text.trim());
  if (known !== undefined) return known;
  if (!text.trim().startsWith('{')) {
    throw new StartError(
      `${setting}: "${text}" is no built-in subject: use ${[...subjects.keys()].join(' or ')}, or the JSON of a subject.`,
    );
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new StartError(`${setting}: the JSON is invalid: ${Error.isError(error) ? error.message : String(error)}.`);
  }
  const parsed = withTerms.safeParse(data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${setting}.${path.join('.')}: ${message}`);
  throw new StartError(problems.join('\n'));
}

/** Identifies the results of an analysis: the algorithm and the subject. */
export const analysisVersion = (given: Subject): string =>
  createHash('sha256')
    .update(JSON.stringify([algorithmVersion, given]))
    .digest('hex')
    .slice(0, 16);
