import type { Entity, EntityKind } from './analysis.ts';
import drugs from './gazetteers/drugs.json' with { type: 'json' };
import names from './gazetteers/names.json' with { type: 'json' };
import type { Occurrence } from './match.ts';
import type { Place } from './places.ts';
import { fold, isBreak, type Token } from './tokens.ts';

const maxEntities = 20;
const setOf = (list: string) => new Set(list.split(' ').map(fold));
const drugNames = setOf(drugs.names);
const noDrugs = setOf(drugs.not);
/** Stems of international nonproprietary names (WHO, the use of stems in the selection of INN). */
const drugStems = drugs.stems.split(' ').filter((stem) => !stem.includes('_'));
const [shortestDrug, shortestStem] = [7, 3];
const givenNames = setOf(names.given);
const titles = setOf(names.titles);
const organizationWords = setOf(names.organizationWords);
/** As they are written: "WHO" is not "who". */
const organizations = new Set(names.organizations.split(' '));
/** Lower-case words within a name: "Universidad de Sevilla", "Institute of Cancer Research". */
const inNames = new Set('de del la las los el y of the for and di da do dos van von al'.split(' '));

const isDrug = ({ folded }: Token) =>
  drugNames.has(folded) ||
  (folded.length >= shortestDrug && !noDrugs.has(folded) && drugStems.some((stem) => stem.length >= shortestStem && folded.endsWith(stem)));
const isCapitalized = ({ text }: Token) => /^\p{Lu}/u.test(text);

/** Words from one index up to another. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Runs of capitalized words with the small words between them. */
function capitalizedRuns(tokens: readonly Token[]): readonly Span[] {
  const runs: Span[] = [];
  let from: number | undefined;
  let to = 0;
  const endRun = () => {
    if (from !== undefined) runs.push({ from, to });
    from = undefined;
  };
  for (const [index, token] of tokens.entries()) {
    // The full stop of "Dr." ends nothing.
    const isAfterTitle = titles.has(tokens[index - 1]?.folded ?? '') && /^\. ?$/.test(token.gap);
    if (isBreak(token.gap) && !isAfterTitle) endRun();
    if (isCapitalized(token)) {
      from ??= index;
      to = index + 1;
    } else if (from !== undefined && (!inNames.has(token.folded) || index >= to + 2)) endRun();
  }
  endRun();
  return runs;
}

/** Whether a headline capitalizes most of its words, so that capitals mean nothing. */
function isTitleCase(tokens: readonly Token[]): boolean {
  const words = tokens.filter(({ text }) => /^\p{L}{4,}/u.test(text));
  return words.length >= 4 && words.filter(isCapitalized).length > words.length * 0.6;
}

function kindOfRun(tokens: readonly Token[], { from, to }: Span): { readonly kind: EntityKind; readonly span: Span } | undefined {
  const words = tokens.slice(from, to);
  const capitalized = words.filter(isCapitalized);
  if (capitalized.length > 1 && capitalized.some(({ folded }) => organizationWords.has(folded)))
    return { kind: 'organization', span: { from, to } };
  const title = words.findIndex(({ folded }) => titles.has(folded));
  const start = title === -1 ? from : from + title + 1;
  const isTitled = title !== -1 || titles.has(tokens[from - 1]?.folded ?? '');
  const length = to - start;
  if (length < 1 || length > 4) return undefined;
  const isGiven = givenNames.has(tokens[start]?.folded ?? '');
  return isTitled || (isGiven && capitalized.length >= 2) ? { kind: 'person', span: { from: start, to } } : undefined;
}

/** A field of the article with what is found in it already. */
export interface EntityField {
  readonly tokens: readonly Token[];
  readonly text: string;
  readonly places: readonly Place[];
  readonly terms: readonly Occurrence[];
}

function* entitiesIn({ tokens, text, places, terms }: EntityField): Generator<readonly [EntityKind, string]> {
  const textOf = ({ from, to }: Span) => text.slice(tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? 0);
  const taken = new Set<number>();
  if (!isTitleCase(tokens)) {
    for (const run of capitalizedRuns(tokens)) {
      const found = kindOfRun(tokens, run);
      if (found === undefined) continue;
      for (let index = run.from; index < run.to; index += 1) taken.add(index);
      yield [found.kind, textOf(found.span)];
    }
  }
  for (const { index, length, isNamed } of places) {
    if (isNamed && !taken.has(index)) yield ['place', textOf({ from: index, to: index + length })];
  }
  for (const token of tokens) {
    if (organizations.has(token.text)) yield ['organization', token.text];
    if (isDrug(token)) yield ['drug', token.text.toLowerCase()];
  }
  for (const { index, length } of terms) {
    const only = tokens[index];
    if (length > 1 || (only !== undefined && !isDrug(only))) yield ['term', textOf({ from: index, to: index + length }).toLowerCase()];
  }
}

/** Persons, organizations, places, drugs and terms of the subject in the text, the most frequent first. */
export function entitiesOf(fields: readonly EntityField[]): readonly Entity[] {
  const entities = new Map<string, { kind: EntityKind; text: string; count: number }>();
  for (const field of fields) {
    for (const [kind, text] of entitiesIn(field)) {
      const key = `${kind} ${fold(text)}`;
      const known = entities.get(key) ?? { kind, text, count: 0 };
      known.count += 1;
      entities.set(key, known);
    }
  }
  return [...entities.values()].sort((a, b) => b.count - a.count).slice(0, maxEntities);
}
