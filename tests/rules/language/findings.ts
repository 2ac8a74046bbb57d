import { type Exception, exceptions, type Rule, rules } from './words.ts';

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly word: string;
  readonly use: string;
}

/** Where a rule applies: every word with names split (`standIn` → `stand In`), the text as it is written, or the code without comments and texts. */
interface View {
  readonly words: readonly string[];
  readonly text: readonly string[];
  readonly code: readonly string[];
}

const commentOrText = /\/\/.*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;
const blank = (text: string) => text.replace(/[^\n]/g, ' ');
const splitNames = (text: string) => text.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ').replaceAll('_', ' ');

function viewOf(path: string, text: string): View {
  const allowed = exceptions.filter((exception: Exception) => path.startsWith(exception.path));
  const kept = allowed.reduce((rest, exception) => rest.replace(new RegExp(exception.text, 'gi'), blank), text);
  const code = path.endsWith('.ts') ? kept.replace(commentOrText, blank) : '';
  return { words: splitNames(kept).split('\n'), text: kept.split('\n'), code: code.split('\n') };
}

function* matches(lines: readonly string[], pattern: string | undefined, flags: string): Generator<[line: number, word: string]> {
  if (pattern === undefined) return;
  const expression = new RegExp(`(?<![\\p{L}])(?:${pattern})(?![\\p{L}])`, flags);
  for (const [index, line] of lines.entries()) for (const [word] of line.matchAll(expression)) yield [index + 1, word];
}

function* matchesOf(rule: Rule, view: View): Generator<[line: number, word: string]> {
  yield* matches(view.words, rule.words, 'giu');
  yield* matches(view.text, rule.phrases, 'giu');
  yield* matches(view.code, rule.names, 'gu');
}

/** The words of a file that are to be replaced, in the order of its lines. */
export function findingsIn(path: string, text: string): Finding[] {
  const view = viewOf(path, text);
  return rules
    .flatMap((rule) => [...matchesOf(rule, view)].map(([line, word]) => ({ path, line, word, use: rule.use })))
    .sort((a, b) => a.line - b.line);
}
