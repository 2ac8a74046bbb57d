import { type ProblemCode, problems } from '../../../contract/errors.ts';
import { maxBodyBytes } from '../../../contract/rate-limits.ts';
import { retrySeconds } from './limits.ts';
import type { Route } from './routes.ts';
import { block, type Directive, directive, literal } from './syntax.ts';
import { isEdgeClass } from './target.ts';

/** What the answer to an error depends on besides its code. */
interface ErrorFacts {
  readonly form: Route['form'];
  readonly bodyBytes: number;
  /** Of 429. */
  readonly retrySeconds: number;
}

/** Seconds after which an unreachable service may be there again: a container's restart. */
const restartSeconds = 5;

/** Problems that nginx itself finds; the service's own answers are passed on as they are. */
export const edgeProblems = [
  'not_found',
  'payload_too_large',
  'rate_limited',
  'internal',
  'bad_gateway',
  'timeout',
] as const satisfies readonly ProblemCode[];
type Found = (typeof edgeProblems)[number];

const usual: ErrorFacts = { form: 'problem', bodyBytes: maxBodyBytes, retrySeconds: 1 };

/** What is particular to one code: `of` names it, in the name of the location. */
const particulars: Readonly<Partial<Record<Found, (facts: ErrorFacts) => { of: number; detail?: string; retry?: number }>>> = {
  payload_too_large: ({ bodyBytes }) => ({ of: bodyBytes, detail: `The body may have ${bodyBytes} bytes.` }),
  rate_limited: (facts) => ({ of: facts.retrySeconds, retry: facts.retrySeconds }),
  bad_gateway: () => ({ of: restartSeconds, retry: restartSeconds }),
};

const requestId = '$edge_request_id';

/** What the OpenAI API calls an error of this status. */
const openAiType = (status: number) => (status >= 500 ? 'server_error' : status === 429 ? 'rate_limit_error' : 'invalid_request_error');

/** Body and media type as the service itself tells a problem. `detail` is its remedy where nothing is particular. */
export function errorBody(code: ProblemCode, form: Route['form'], detail: string = problems[code].remedy): { type: string; body: string } {
  const { status, title, remedy } = problems[code];
  const told =
    form === 'openai'
      ? { error: { message: detail, type: openAiType(status), param: null, code } }
      : { type: `urn:problem:${code}`, title, status, detail, code, remedy };
  // The id comes last in both forms; it is the one variable in them.
  const text = literal(JSON.stringify(told));
  const closing = form === 'openai' ? '}}' : '}';
  return {
    type: form === 'openai' ? 'application/json' : 'application/problem+json',
    body: `${text.slice(0, -closing.length)},"request_id":"${requestId}"${closing}`,
  };
}

/** An answer of nginx's own in the service's form. */
export function errorAnswer(code: ProblemCode, form: Route['form'], detail?: string, retry?: number): readonly Directive[] {
  const { type, body } = errorBody(code, form, detail);
  return [
    directive('default_type', type),
    ...(retry === undefined ? [] : [directive('set', '$retry_after', retry)]),
    directive('return', problems[code].status, body),
  ];
}

const nameOf = (code: Found, facts: ErrorFacts) =>
  ['@', code, facts.form === usual.form ? '' : `_${facts.form}`, `_${particulars[code]?.(facts).of ?? ''}`].join('').replace(/_$/, '');

const pages = (facts: ErrorFacts) => edgeProblems.map((code) => directive('error_page', problems[code].status, nameOf(code, facts)));

const factsOf = ({ form, bodyBytes, classes }: Route): ErrorFacts => ({
  form,
  bodyBytes,
  retrySeconds: Math.max(usual.retrySeconds, ...[...classes.keys()].filter(isEdgeClass).map(retrySeconds)),
});
const isUsual = (facts: ErrorFacts) => edgeProblems.every((code) => nameOf(code, facts) === nameOf(code, usual));

/** For a server: what holds where a location says nothing else. */
export const defaultErrorPages: readonly Directive[] = pages(usual);

/** For a path whose answers differ from the usual; nginx inherits all of them or none. */
export const errorPagesOf = (route: Route): readonly Directive[] => (isUsual(factsOf(route)) ? [] : pages(factsOf(route)));

/** The locations that the pages name. */
export function errorLocations(routes: readonly Route[]): readonly Directive[] {
  const facts = [usual, ...routes.map(factsOf)];
  const byName = new Map(facts.flatMap((each) => edgeProblems.map((code) => [nameOf(code, each), { code, each }] as const)));
  return [...byName].map(([name, { code, each }]) => {
    const { detail, retry } = particulars[code]?.(each) ?? {};
    return block('location', [name], errorAnswer(code, each.form, detail, retry));
  });
}
