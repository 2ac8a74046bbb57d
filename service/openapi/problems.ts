import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import type { ProblemCode } from '../../contract/errors.ts';
import { isDeclared, type Shape } from '../http/shape.ts';

/** Every problem that an endpoint may return: those that follow from its declaration and shape, and those that it declares itself. */
export function problemsOf(name: EndpointName, { params, query, body, fileField }: Shape): readonly ProblemCode[] {
  const { method, permission, rateLimit, idempotent, credentials, problems = [] } = endpointOf(name);
  const implied: readonly (readonly [when: boolean, codes: readonly ProblemCode[]])[] = [
    [isDeclared(body), ['malformed_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request']],
    [fileField !== undefined, ['malformed_form']],
    [isDeclared(query), ['invalid_request']],
    [isDeclared(params), ['not_found']],
    [permission !== 'public', ['unauthorized', 'forbidden']],
    [idempotent === true, ['idempotency_in_flight', 'idempotency_mismatch']],
    [idempotent === true && credentials === 'returned', ['credential_gone']],
    [rateLimit !== 'exempt', ['rate_limited', 'misdirected_host']],
    [rateLimit !== 'exempt' && method !== 'GET', ['cross_origin_request']],
    [true, ['malformed_request', 'internal', 'unavailable', 'timeout']],
  ];
  return [...new Set([...implied.flatMap(([when, codes]) => (when ? codes : [])), ...problems])];
}
