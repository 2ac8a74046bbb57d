import type { CommandName } from './exit-codes.ts';

/** What is printed as JSON: the result of a command, why one ended without, or the evidence of a failure as a file. */
export type DocumentName = CommandName | 'error' | 'evidence';

/** What a document's `schema` says. A field that goes or changes its meaning makes a new version; a new field does not. */
export const schemaId = <N extends DocumentName>(name: N) => `leyenda/${name}/v1` as const;

/** A JSON document as it is printed, saying by which schema it can be read. */
export const documentText = (name: DocumentName, content: object): string =>
  `${JSON.stringify({ schema: schemaId(name), ...content }, null, 2)}\n`;
