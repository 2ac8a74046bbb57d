import { describe, expect, test } from '@jest/globals';
import { endpointsOn } from '../endpoints-on.ts';
import { openApiText } from '../openapi/document.ts';
import { shapes } from '../shapes.ts';
import { createResponseValidator, type ReceivedResponse } from './openapi-validator.ts';
import { testSettings } from './service.ts';

const judge = createResponseValidator(openApiText('4.0.0', endpointsOn('http', testSettings({})), shapes));
const ofEvery = { 'x-request-id': 'trace-0123456789', 'x-release': 'abc123' };
const tokens = { access_token: 'a.b.c', token_type: 'Bearer', expires_in: 60, refresh_token: 'once' };
const received = (rest: Partial<ReceivedResponse> = {}): ReceivedResponse => ({
  method: 'POST',
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', ...ofEvery },
  body: JSON.stringify(tokens),
  ...rest,
});
const stream = (body: string) =>
  received({ headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', ...ofEvery }, body });

describe('The judge of responses by the OpenAPI document', () => {
  test('has nothing to say of a response that the document declares', async () => {
    expect(await judge('login', received())).toEqual([]);
    expect(await judge('query', stream('event: delta\ndata: {"text":"4"}\n\n'))).toEqual([]);
    expect(await judge(undefined, received({ status: 404, body: '', method: 'HEAD' }))).toEqual([]);
  });

  test.each<[string, string | undefined, ReceivedResponse, RegExp]>([
    ['an operation that is not there', 'graphql', received(), /operation graphql is not in the document/],
    ['another status', 'login', received({ status: 202 }), /status 202 is not declared/],
    ['another media type', 'login', received({ headers: { ...ofEvery, 'content-type': 'text/html' } }), /media type text\/html/],
    ['a field that is missing', 'login', received({ body: '{}' }), /must have required property 'access_token'/],
    ['a field too many', 'login', received({ body: JSON.stringify({ ...tokens, more: 1 }) }), /unevaluated properties/],
    ['a header that is missing', 'login', received({ headers: { 'content-type': 'application/json' } }), /X-Request-ID is missing/],
    ['a header that is not declared', 'login', received({ headers: { ...received().headers, 'x-mine': '1' } }), /x-mine is not declared/],
    [
      'a header of another form',
      'login',
      received({ headers: { ...received().headers, ratelimit: 'many' } }),
      /RateLimit: many +must match/,
    ],
    ['an event that is not declared', 'query', stream('event: surprise\ndata: {}\n\n'), /the body/],
    ['a problem with a field too many', undefined, received({ status: 404, body: '{"error":{},"more":1}' }), /the body/],
  ])('names %s', async (_what, operation, response, mistake) => {
    expect((await judge(operation, response)).join('\n')).toMatch(mistake);
  });
});
