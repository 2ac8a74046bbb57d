import { maxBodyBytes } from '../../../contract/body-limits.ts';
import { type ProblemCode, problems } from '../../../contract/errors.ts';
import { retrySeconds } from './limits.ts';
import type { Route } from './routes.ts';
import { block, type Directive, directive, literal } from './syntax.ts';
import { isEdgeClass } from './target.ts';

/** The facts in addition to the code that determine an error response. */
interface ErrorFacts {
  readonly form: Route['form'];
  readonly bodyBytes: number;
  /** Of 429. */
  readonly retrySeconds: number;
}

/** Retry-After for an unreachable service: a container restarts within this time. */
const restartSeconds = 5;

/** Problems that nginx itself detects; it passes responses of the service unchanged. */
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

/** Details of some codes; `of` distinguishes the names of their locations. */
const particulars: Readonly<Partial<Record<Found, (facts: ErrorFacts) => { of: number; detail?: string; retry?: number }>>> = {
  payload_too_large: ({ bodyBytes }) => ({ of: bodyBytes, detail: `The body may have ${bodyBytes} bytes.` }),
  rate_limited: (facts) => ({ of: facts.retrySeconds, retry: facts.retrySeconds }),
  bad_gateway: () => ({ of: restartSeconds, retry: restartSeconds }),
};

const requestId = '$edge_request_id';

/** The error type of the OpenAI API for a status. */
const openAiType = (status: number) => (status >= 500 ? 'server_error' : status === 429 ? 'rate_limit_error' : 'invalid_request_error');

/** Body and media type of a problem as the service writes it. */
export function errorBody(code: ProblemCode, form: Route['form'], detail: string = problems[code].remedy): { type: string; body: string } {
  const { status, title, remedy } = problems[code];
  const fields =
    form === 'openai'
      ? { error: { message: detail, type: openAiType(status), param: null, code } }
      : { type: `urn:problem:${code}`, title, status, detail, code, remedy };
  // The id is the last field in both forms and the only variable.
  const text = literal(JSON.stringify(fields));
  const closing = form === 'openai' ? '}}' : '}';
  return {
    type: form === 'openai' ? 'application/json' : 'application/problem+json',
    body: `${text.slice(0, -closing.length)},"request_id":"${requestId}"${closing}`,
  };
}

/** A response of nginx itself in the form of the service. */
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

/** The error pages of a server, unless a location overrides them. */
export const defaultErrorPages: readonly Directive[] = pages(usual);

/** The error pages of a path that differ from the default; nginx inherits either all or none. */
export const errorPagesOf = (route: Route): readonly Directive[] => (isUsual(factsOf(route)) ? [] : pages(factsOf(route)));

/** The locations of the error pages. */
export function errorLocations(routes: readonly Route[]): readonly Directive[] {
  const facts = [usual, ...routes.map(factsOf)];
  const byName = new Map(facts.flatMap((each) => edgeProblems.map((code) => [nameOf(code, each), { code, each }] as const)));
  return [...byName].map(([name, { code, each }]) => {
    const { detail, retry } = particulars[code]?.(each) ?? {};
    return block('location', [name], errorAnswer(code, each.form, detail, retry));
  });
}
