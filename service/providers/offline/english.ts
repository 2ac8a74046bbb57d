import winkModel from 'wink-eng-lite-web-model';
import winkNlp from 'wink-nlp';
import { graveStems, lookUp } from './lexicon.ts';
import type { Reading } from './reading.ts';
import { firstWord, plainText, sceneOf } from './text.ts';

const nlp = winkNlp(winkModel);
const { its } = nlp;

const determiners = new Set(
  'a an the my our your his her their this that these those some two three four five six several many one'.split(' '),
);
/** Tagged as nouns, but telling nothing about the picture. */
const empty = new Set('photo picture image thing things lot bit way kind day today front side middle top background'.split(' '));

/** Reads an English description: nouns, names, mood. */
export function readEnglish(description: string): Reading {
  const text = plainText(description);
  const scene = sceneOf(text);
  const document = nlp.readDoc(text);
  const words: string[] = document.tokens().out();
  const tags: string[] = document.tokens().out(its.pos);
  const sentiment = Number(document.out(its.sentiment));
  const first = firstWord(scene);
  return {
    language: 'en',
    scene,
    startsCommon: determiners.has(first) || lookUp(first, 'en') !== undefined,
    keywords: nouns(words, tags),
    grave: sentiment < -0.4 || isGrave(text),
  };
}

/** Runs of nouns with their adjective are one keyword: "golden retriever puppy". */
function nouns(words: readonly string[], tags: readonly string[]): string[] {
  const runs: string[][] = [];
  let open = false;
  words.forEach((word, index) => {
    const noun = isNoun(word, tags[index]);
    if (noun && open) runs.at(-1)?.push(word);
    else if (noun) runs.push(tags[index - 1] === 'ADJ' && index > 0 ? [words[index - 1] ?? '', word] : [word]);
    open = noun;
  });
  return [...new Set(runs.map((run) => run.slice(-3).join(' ')))];
}

function isNoun(word: string, tag: string | undefined): boolean {
  if (tag !== 'NOUN' && tag !== 'PROPN') return false;
  // "grandmother baking bread": the tagger takes some verbs for nouns.
  const verb = /\p{Ll}{2}ing$/u.test(word) && lookUp(word, 'en') === undefined;
  return !verb && /\p{L}{2}/u.test(word) && !empty.has(word.toLowerCase());
}

export function isGrave(text: string): boolean {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return words.some((word) => graveStems.some((stem) => (stem.length <= 3 ? word === stem : word.startsWith(stem))));
}
