/** The keys and kinds of a JSON value; of a list those of its first element. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shapeOf(entry)]));
}

const escapePattern = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * How the output of a block differs from the output that its page shows: JSON in keys and kinds, text in its lines, in which … is any text.
 * @returns undefined if it does not differ
 */
export function outputDifference(language: string, shown: string, output: string): string | undefined {
  if (language === 'json') {
    const [expected, actual] = [shown, output].map((text) => JSON.stringify(shapeOf(JSON.parse(text)), null, 1));
    return expected === actual ? undefined : `the page shows ${expected}, the output is ${actual}`;
  }
  const lines = shown.split('\n').map((line) => escapePattern(line.trim()).replaceAll('…', '.*'));
  const matches = new RegExp(lines.join('[\\s\\S]*?'), 'm').test(output);
  return matches ? undefined : `the page shows\n${shown}\nthe output is\n${output}`;
}
