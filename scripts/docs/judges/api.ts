import type { Decision } from './decision.ts';

const unusedHeaders =
  'Each header has a required and an optional component. Those that no operation uses describe responses without an operation (404, 405), which OpenAPI cannot attach to a path.';

/** Judges of the OpenAPI document and of the GraphQL schema. */
export const apiDecisions: readonly Decision[] = [
  {
    judge: 'Spectral',
    rule: 'operation-description',
    found: 47,
    left: 0,
    reason: 'A required field of the contract: an endpoint without it does not compile. The permission is appended.',
  },
  {
    judge: 'Spectral',
    rule: 'operation-tag-defined',
    found: 47,
    left: 0,
    reason: 'The contract declares the groups with descriptions, in order.',
  },
  { judge: 'Spectral', rule: 'oas3-unused-component', found: 15, left: 15, accepted: {}, reason: unusedHeaders },
  {
    judge: 'Spectral',
    rule: 'info-contact',
    found: 1,
    left: 1,
    accepted: {},
    reason: 'The contact is that of the operator, which the program does not know.',
  },
  { judge: 'Redocly', rule: 'no-unused-components', found: 15, left: 15, accepted: {}, reason: unusedHeaders },
  {
    judge: 'Redocly',
    rule: 'no-illogical-composition-keywords',
    found: 2,
    left: 1,
    accepted: { where: /ResponseRequest\/properties\/input/ },
    reason: 'A message of the Responses API may leave its `type` out: the API of OpenAI says so.',
  },
  {
    judge: 'graphql-schema-linter',
    rule: 'fields-have-descriptions',
    found: 99,
    left: 0,
    reason: 'A field takes the description of the REST field of the same name, or has its own. A test requires one.',
  },
  { judge: 'graphql-schema-linter', rule: 'types-have-descriptions', found: 18, left: 0, reason: 'As fields.' },
  { judge: 'graphql-schema-linter', rule: 'arguments-have-descriptions', found: 9, left: 0, reason: 'As fields.' },
  { judge: 'graphql-schema-linter', rule: 'input-object-values-have-descriptions', found: 7, left: 0, reason: 'As fields.' },
  {
    judge: 'graphql-schema-linter',
    rule: 'enum-values-have-descriptions',
    found: 40,
    left: 40,
    accepted: {},
    reason: 'The values are words (`casual`, `hour`, `Admin`); the type says what they are for.',
  },
  {
    judge: 'graphql-schema-linter',
    rule: 'enum-values-all-caps',
    found: 40,
    left: 40,
    accepted: {},
    reason: 'REST has the same values in lower case: one spelling for both.',
  },
  {
    judge: 'graphql-schema-linter',
    rule: 'descriptions-are-capitalized',
    found: 4,
    left: 13,
    accepted: {},
    reason: 'They start with a value (`null: never`), which is written as it is sent.',
  },
  {
    judge: 'graphql-schema-linter',
    rule: 'relay-page-info-spec',
    found: 1,
    left: 1,
    accepted: {},
    reason: 'Lists have `first` and `after` and return plain lists; Relay’s connections would add three types to each.',
  },
];
