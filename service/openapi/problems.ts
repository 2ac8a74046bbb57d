import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import type { ProblemCode } from '../../contract/errors.ts';
import { isDeclared, type Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';

/** Every problem that an endpoint may answer with: what follows from its declaration and its shape, and what it names itself. */
export function problemsOf(name: EndpointName): readonly ProblemCode[] {
  const { permission, rateLimit, idempotent, credentials, problems = [] } = endpointOf(name);
  const { params, query, body }: Shape = shapes[name];
  const follows: readonly (readonly [when: boolean, codes: readonly ProblemCode[]])[] = [
    [isDeclared(body), ['malformed_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request']],
    [isDeclared(query), ['invalid_request']],
    [isDeclared(params), ['not_found']],
    [permission !== 'public', ['unauthorized', 'forbidden']],
    [idempotent === true, ['idempotency_in_flight', 'idempotency_mismatch']],
    [idempotent === true && credentials === 'shown', ['credential_gone']],
    [rateLimit !== 'exempt', ['rate_limited', 'misdirected_host']],
    [true, ['malformed_request', 'internal', 'unavailable', 'timeout']],
  ];
  return [...new Set([...follows.flatMap(([when, codes]) => (when ? codes : [])), ...problems])];
}
