import type { Sentiment } from '../../../contract/news.ts';
import type { Tone, ToneWord } from './analysis.ts';
import type { Lexicon } from './lexicon.ts';
import { type Fields, findTerms, type Occurrence } from './match.ts';
import { isBreak, type Token } from './tokens.ts';

/** Words between a change and what changes, a comparative and what it compares, a negation or emphasis and its word. */
const reach = { change: 5, comparative: 2, negation: 3, degree: 2 };
/** Tone of a change, such as "deaths fall", and of an absence, such as "no pain". */
const tones = { change: 2, absence: 1.5 };
/** Words after which a negation no longer applies. */
const conjunctions = new Set(['and', 'but', 'y', 'e', 'pero']);
/** A negated word has part of the opposite tone. */
const negated = -0.6;
/** A word before and after a contrast, such as "but". */
const contrast = { before: 0.6, after: 1.2 };
const titleFactor = 1.5;
/** A headline that is a question states nothing. */
const questionFactor = 0.4;
/** Score = sum / √(sum² + 8). */
const scale = 8;
/** Sum of the tones whose evidence is 63 %. */
const evidenceScale = 1.6;
/** Below, a text is neutral. */
const leastConfidence = 0.25;

const end = ({ index, length }: Occurrence) => index + length;

/** Whether nothing separates two occurrences, of which the first comes before the second, and at most `words` words are between them. */
function isNear(tokens: readonly Token[], first: Occurrence, second: Occurrence, words: number): boolean {
  const between = second.index - end(first);
  return between >= 0 && between <= words && !tokens.slice(end(first), second.index + 1).some(({ gap }) => isBreak(gap));
}

/** The occurrence that is near one, on either side or only after it. */
function nearest(tokens: readonly Token[], of: Occurrence, others: readonly Occurrence[], words: number): Occurrence | undefined {
  const distance = (other: Occurrence) => (other.index > of.index ? other.index - end(of) : of.index - end(other));
  const near = others.filter((other) => isNear(tokens, of, other, words) || isNear(tokens, other, of, words));
  return near.sort((a, b) => distance(a) - distance(b))[0];
}

/** A word or a change with its tone. */
interface ScoredOccurrence {
  readonly at: Occurrence;
  readonly score: number;
}

const textOf = (tokens: readonly Token[], { index, length }: Occurrence) =>
  tokens
    .slice(index, index + length)
    .map(({ text }) => text)
    .join(' ');

function tonesOf(lexicon: Lexicon, tokens: readonly Token[], neutral: ReadonlySet<string>): readonly ToneWord[] {
  const negators = findTerms(lexicon.negators, tokens);
  const degrees = findTerms(lexicon.degrees, tokens);
  const changes = findTerms(lexicon.changes, tokens);
  const comparatives = findTerms(lexicon.comparatives, tokens);
  const quantities = findTerms(lexicon.quantities, tokens);
  const contrasts = findTerms(lexicon.contrasts, tokens);
  const negates = (negator: Occurrence, at: Occurrence) =>
    isNear(tokens, negator, at, reach.negation) && !tokens.slice(end(negator), at.index).some(({ folded }) => conjunctions.has(folded));
  const isNegated = (at: Occurrence) => negators.some((negator) => negates(negator, at));
  const used = new Set<number>();
  const use = ({ index, length }: Occurrence) => {
    for (let word = index; word < index + length; word += 1) used.add(word);
  };

  const found: ScoredOccurrence[] = [];
  const unused = () => quantities.filter(({ index }) => !used.has(index));
  const pairs = [
    ...changes.map((change) => [change, () => nearest(tokens, change, unused(), reach.change)] as const),
    ...comparatives.map((change) => [change, () => unused().find((one) => isNear(tokens, change, one, reach.comparative))] as const),
  ];
  for (const [change, find] of pairs) {
    const quantity = find();
    if (quantity === undefined) continue;
    // What does not change says nothing.
    const score = isNegated(change) ? 0 : change.weight * quantity.weight * tones.change;
    found.push({ at: change.index < quantity.index ? change : quantity, score });
    use(change);
    use(quantity);
  }
  for (const negator of negators) {
    const quantity = unused().find((one) => negates(negator, one));
    if (quantity === undefined) continue;
    found.push({ at: quantity, score: -quantity.weight * tones.absence });
    use(quantity);
  }
  for (const word of findTerms(lexicon.tone, tokens)) {
    if (word.weight === 0 || used.has(word.index) || (word.length === 1 && neutral.has(tokens[word.index]?.folded ?? ''))) continue;
    const degree = degrees.findLast((one) => isNear(tokens, one, word, reach.degree))?.weight ?? 1;
    found.push({ at: word, score: word.weight * degree * (isNegated(word) ? negated : 1) });
  }

  const turn = contrasts.at(-1)?.index;
  const place = (index: number) => (turn === undefined || turn === 0 ? 1 : index > turn ? contrast.after : contrast.before);
  return found
    .filter(({ score }) => score !== 0)
    .sort((a, b) => a.at.index - b.at.index)
    .map(({ at, score }) => ({ word: textOf(tokens, at), score: score * place(at.index) }));
}

const sumOf = (words: readonly ToneWord[]) => words.reduce((sum, { score }) => sum + score, 0);
const rounded = (value: number) => Math.round(value * 1000) / 1000;

/** The tone of an article by the words of a lexicon; `neutral`: words of the subject, without accents, that have none. */
export function sentimentOf(lexicon: Lexicon, fields: Fields, isQuestion: boolean, neutral: ReadonlySet<string>): Tone {
  const factor = titleFactor * (isQuestion ? questionFactor : 1);
  const inTitle = tonesOf(lexicon, fields.title, neutral).map(({ word, score }) => ({ word, score: score * factor }));
  const words = [...inTitle, ...tonesOf(lexicon, fields.summary, neutral)].map(({ word, score }) => ({ word, score: rounded(score) }));
  const sum = sumOf(words);
  const total = words.reduce((all, { score }) => all + Math.abs(score), 0);
  const agreement = total === 0 ? 0 : Math.abs(sum) / total;
  const confidence = agreement * (1 - Math.exp(-total / (evidenceScale * titleFactor)));
  const label: Sentiment = confidence < leastConfidence ? 'neutral' : sum > 0 ? 'positive' : 'negative';
  return { label, score: rounded(sum / Math.sqrt(sum * sum + scale)), confidence: rounded(confidence), words };
}
