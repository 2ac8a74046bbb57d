import { describe, expect, test } from '@jest/globals';
import { endpointsOn } from '../endpoints-on.ts';
import { openApiText } from '../openapi/document.ts';
import { shapes } from '../shapes.ts';
import { createResponseValidator, type ReceivedResponse } from './openapi-validator.ts';
import { testSettings } from './service.ts';

const validate = createResponseValidator(openApiText('4.0.0', endpointsOn('http', testSettings({})), shapes));
const commonHeaders = { 'x-request-id': 'trace-0123456789', 'x-release': 'abc123' };
const tokens = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 60, refresh_token: 'once' };
const received = (rest: Partial<ReceivedResponse> = {}): ReceivedResponse => ({
  method: 'POST',
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', ...commonHeaders },
  body: `${JSON.stringify(tokens)}\n`,
  ...rest,
});
const stream = (body: string) =>
  received({ headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...commonHeaders }, body });

describe('response validator', () => {
  test('accepts a response that the document declares', async () => {
    expect(await validate('login', received())).toEqual([]);
    expect(await validate('query', stream('event: delta\ndata: {"text":"4"}\n\n'))).toEqual([]);
    expect(await validate(undefined, received({ status: 404, body: '', method: 'HEAD' }))).toEqual([]);
  });

  test.each<[string, string | undefined, ReceivedResponse, RegExp]>([
    ['an unknown operation', 'graphql', received(), /operation graphql is not in the document/],
    ['an undeclared status', 'login', received({ status: 202 }), /status 202 is not declared/],
    [
      'an undeclared media type',
      'login',
      received({ headers: { ...commonHeaders, 'content-type': 'text/html' } }),
      /media type text\/html/,
    ],
    ['a missing field', 'login', received({ body: '{}\n' }), /must have required property 'access_token'/],
    ['an undeclared field', 'login', received({ body: `${JSON.stringify({ ...tokens, more: 1 })}\n` }), /unevaluated properties/],
    ['JSON without a line break at its end', 'login', received({ body: JSON.stringify(tokens) }), /does not end with a line break/],
    ['a missing header', 'login', received({ headers: { 'content-type': 'application/json' } }), /X-Request-ID is missing/],
    ['an undeclared header', 'login', received({ headers: { ...received().headers, 'x-mine': '1' } }), /x-mine is not declared/],
    [
      'a header that does not match its schema',
      'login',
      received({ headers: { ...received().headers, ratelimit: 'many' } }),
      /RateLimit: many +must match/,
    ],
    ['an undeclared event', 'query', stream('event: surprise\ndata: {}\n\n'), /the body/],
    ['a problem with an undeclared field', undefined, received({ status: 404, body: '{"error":{},"more":1}\n' }), /the body/],
  ])('reports %s', async (_name, operation, response, mistake) => {
    expect((await validate(operation, response)).join('\n')).toMatch(mistake);
  });
});
