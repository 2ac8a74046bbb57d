import { traced, type WorkDescription } from '../telemetry/traced.ts';

const maxDescriptions = 1000;
const descriptions = new Map<string, WorkDescription>();

/** The command, and the first table that it names: `insert batches`. */
function summaryOf(text: string): string {
  const command = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'statement';
  const table = /\b(?:from|into|update|join)\s+"?([a-z_][\w."]*)/i.exec(text)?.[1]?.replaceAll('"', '');
  return table === undefined ? command : `${command} ${table}`;
}

function describe(text: string): WorkDescription {
  const known = descriptions.get(text);
  if (known !== undefined) return known;
  const summary = summaryOf(text);
  // Values are parameters, which are not part of the text.
  const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': summary, 'db.query.text': text.replace(/\s+/g, ' ').trim() };
  const description = { name: summary, kind: 'client', attributes, isLeaf: true } as const;
  if (descriptions.size >= maxDescriptions) descriptions.clear();
  descriptions.set(text, description);
  return description;
}

/** Runs a statement in a span. */
export const tracedStatement = <T>(text: string, run: () => Promise<T>): Promise<T> => traced(() => describe(text), run);
