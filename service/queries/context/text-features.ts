import { LRUCache } from 'lru-cache';
import { type CountedTerms, countTerms } from './relevance.ts';
import { type Fingerprint, fingerprintOf } from './similarity.ts';

/** What the selection of a context compares. */
export interface TextFeatures {
  readonly terms: CountedTerms;
  readonly fingerprint: Fingerprint;
}

/** The entries of a history are compared with every query of their caller. Limited in characters: some MB of features. */
const cache = new LRUCache<string, TextFeatures>({ maxSize: 100_000, sizeCalculation: (_, text) => Math.max(1, text.length) });

/** The features of a text, computed once. */
export function featuresOf(text: string): TextFeatures {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const features = { terms: countTerms(text), fingerprint: fingerprintOf(text) };
  cache.set(text, features);
  return features;
}
