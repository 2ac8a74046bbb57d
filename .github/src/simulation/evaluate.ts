import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { truthy } from '@actions/expressions/result';

/** Contexts such as `github` and `needs`, as JSON. */
export type Contexts = Readonly<Record<string, unknown>>;
/** Results of `success()`, `failure()`, `always()` and `cancelled()`. */
export type Status = Readonly<Record<'success' | 'failure' | 'always' | 'cancelled', boolean>>;

const dataOf = (value: unknown): data.ExpressionData => JSON.parse(JSON.stringify(value), data.reviver);

/** Evaluates an expression with GitHub's own library. */
function evaluate(code: string, contexts: Contexts, status?: Status): data.ExpressionData {
  const functions = Object.entries(status ?? {}).map(([name, value]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  }));
  const parser = new Parser(new Lexer(code).lex().tokens, Object.keys(contexts), functions);
  const pairs = Object.entries(contexts).map(([key, value]) => ({ key, value: dataOf(value) }));
  return new Evaluator(parser.parse(), new data.Dictionary(...pairs), new Map(functions.map((each) => [each.name, each]))).evaluate();
}

/** Whether `if` holds; without a status function it also requires success. */
export function holds(condition: string | undefined, contexts: Contexts, status: Status): boolean {
  const namesStatus = /\b(success|failure|always|cancelled)\(\)/.test(condition ?? '');
  return (namesStatus || status.success) && (condition === undefined || truthy(evaluate(condition, contexts, status)));
}

/** Text with its expressions replaced by their values. */
export const interpolate = (text: string, contexts: Contexts): string =>
  text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, code: string) => evaluate(code.trim(), contexts).coerceString());
