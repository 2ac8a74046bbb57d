import { coverageDocument } from './coverage-document.ts';
import { contractDocuments } from './documents.ts';

/** Every generated document: path from the root → its text. */
export const documents: Readonly<Record<string, () => string>> = { ...contractDocuments, 'docs/coverage.md': coverageDocument };
