import { frequentWords } from './language-words.ts';
import type { Fields } from './match.ts';
import { fold, isBreak, type Token } from './tokens.ts';

const maxKeywords = 8;
/** Content words of one keyword. */
const maxWords = 3;
const titleFactor = 2;
/** Words that connect two nouns: "cáncer de mama". */
const connectors = new Set(['de', 'del', 'of']);

const foldedStops = new Map([...frequentWords].map(([language, words]) => [language, new Set([...words].map(fold))]));

/** Runs of content words, which no stop word or punctuation separates. */
function runsOf(tokens: readonly Token[], stops: ReadonlySet<string>): readonly (readonly Token[])[] {
  const runs: Token[][] = [];
  let run: Token[] = [];
  const endRun = () => {
    while (run.length > 0 && connectors.has(run.at(-1)?.folded ?? '')) run.pop();
    if (run.length > 0) runs.push(run);
    run = [];
  };
  const contentWords = () => run.filter(({ folded }) => !connectors.has(folded)).length;
  for (const token of tokens) {
    if (isBreak(token.gap)) endRun();
    const isConnector = connectors.has(token.folded) && run.length > 0 && !connectors.has(run.at(-1)?.folded ?? '');
    const isContent = !stops.has(token.folded) && token.folded.length > 2 && !/^\p{N}/u.test(token.folded);
    if (isContent && contentWords() === maxWords) endRun();
    if (isContent || isConnector) run.push(token);
    else endRun();
  }
  endRun();
  return runs;
}

/**
 * The keywords of an article, as RAKE ranks them: runs of content words by the degree of their words (the words that they occur with, over
 * their frequency), those of the title twice.
 */
export function keywordsOf({ title, summary }: Fields, language: string | null): readonly string[] {
  const stops = foldedStops.get(language ?? '') ?? new Set<string>();
  const runs = [
    ...runsOf(title, stops).map((run) => ({ run, factor: titleFactor })),
    ...runsOf(summary, stops).map((run) => ({ run, factor: 1 })),
  ];
  const degrees = new Map<string, { degree: number; frequency: number }>();
  for (const { run } of runs) {
    for (const { folded } of run) {
      const { degree = 0, frequency = 0 } = degrees.get(folded) ?? {};
      degrees.set(folded, { degree: degree + run.length, frequency: frequency + 1 });
    }
  }
  const scoreOf = (run: readonly Token[]) =>
    run.reduce((sum, { folded }) => {
      const { degree = 0, frequency = 1 } = degrees.get(folded) ?? {};
      return sum + degree / frequency;
    }, 0);
  const keywords = new Map<string, { text: string; score: number }>();
  for (const { run, factor } of runs) {
    const key = run.map(({ folded }) => folded).join(' ');
    const text = run.map(({ text }) => text.toLowerCase()).join(' ');
    keywords.set(key, { text: keywords.get(key)?.text ?? text, score: (keywords.get(key)?.score ?? 0) + factor * scoreOf(run) });
  }
  return [...keywords.values()]
    .sort((a, b) => b.score - a.score)
    .slice(0, maxKeywords)
    .map(({ text }) => text);
}
