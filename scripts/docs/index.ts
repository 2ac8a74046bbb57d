import { coverageDocument } from './coverage-document.ts';
import { contractDocuments } from './documents.ts';
import { endpointsDocument } from './endpoints.ts';

/** Every generated document: path from the root → its text. */
export const documents: Readonly<Record<string, () => string>> = {
  ...contractDocuments,
  'docs/endpoints.md': endpointsDocument,
  'docs/coverage.md': coverageDocument,
};
