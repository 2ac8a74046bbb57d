import { openAiBase } from '../../contract/endpoints/compatible.ts';
import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import { type Problem, problemBody } from './problem.ts';

/** How an error is told: its status, the media type and the body. */
export interface ErrorFormat {
  readonly type: string;
  status(problem: Problem): number;
  body(problem: Problem, requestId: string): object;
}

/** What the OpenAI API calls an error, by its status. */
const openAiTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'insufficient_quota',
  403: 'permission_error',
  429: 'rate_limit_error',
};

/** `messages.0.content` of `/messages/0/content`. */
const paramOf = (pointer: string) => pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');

const openAi: ErrorFormat = {
  type: 'application/json',
  // A request that does not fit is 400 there, and its clients raise their own error for it.
  status: ({ code, status }) => (code === 'invalid_request' ? 400 : status),
  body({ code, status, detail, errors: [first] = [] }, requestId) {
    const type = openAiTypes[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
    const param = first === undefined ? null : paramOf(first.pointer);
    const text = first === undefined ? detail : `${param === '' ? 'The body' : param}: ${first.message}`;
    return { error: { message: text, type, param: param === '' ? null : param, code, request_id: requestId } };
  },
};

const problems: ErrorFormat = { type: 'application/problem+json', status: ({ status }) => status, body: problemBody };

/** The form that an endpoint's errors have. */
export const errorFormatOf = ({ errorFormat }: Pick<Endpoint, 'errorFormat'>): ErrorFormat =>
  errorFormat === 'openai' ? openAi : problems;

/** The form of errors under a path that no endpoint has. */
export const errorFormatForPath = (path: string): ErrorFormat => (`${path}/`.startsWith(`${openAiBase}/`) ? openAi : problems);
