import { openAiBase } from '../../contract/endpoints/compatible.ts';
import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import { idFields, type Problem, problemBody, type RequestIds } from './problem.ts';

/** The format of error responses: media type, status and body. */
export interface ErrorFormat {
  readonly type: string;
  status(problem: Problem): number;
  body(problem: Problem, ids: RequestIds): object;
}

/** Error types of the OpenAI API by status code. */
const openAiTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** `/messages/0/content` → `messages.0.content`. */
const paramOf = (pointer: string) => pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');

const openAi: ErrorFormat = {
  type: 'application/json',
  // The OpenAI API returns 400 for invalid requests; its clients raise a specific error for it.
  status: ({ code, status }) => (code === 'invalid_request' ? 400 : status),
  body({ code, status, detail, upstream, errors: [first] = [] }, ids) {
    const type = openAiTypes[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
    const param = first === undefined ? (upstream?.param ?? null) : paramOf(first.pointer);
    const text = first === undefined ? detail : `${param === '' ? 'The body' : param}: ${first.message}`;
    return { error: { message: text, type, param: param === '' ? null : param, code: upstream?.code ?? code, ...idFields(ids) } };
  },
};

const problems: ErrorFormat = { type: 'application/problem+json', status: ({ status }) => status, body: problemBody };

/** The error format of an endpoint. */
export const errorFormatOf = ({ errorFormat }: Pick<Endpoint, 'errorFormat'>): ErrorFormat =>
  errorFormat === 'openai' ? openAi : problems;

/** The error format of a path without an endpoint. */
export const errorFormatForPath = (path: string): ErrorFormat => (`${path}/`.startsWith(`${openAiBase}/`) ? openAi : problems);
