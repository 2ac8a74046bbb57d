import { describe, expect, test } from '@jest/globals';
import { skewOf } from './api-client.ts';
import { ApiError, isTransient } from './api-error.ts';
import { toFailure } from './api-failure.ts';

const hint = { namespace: 'captions', platformRemedy: 'kubectl apply -f platform.yaml' };

describe('toFailure', () => {
  test.each([
    ['a missing namespace', 404, 'namespaces "captions" not found', 'namespace captions does not exist', 'kubectl apply'],
    ['a missing permission', 403, 'user x cannot patch deployments', 'cannot patch deployments', 'kubectl apply'],
    ['an expired credential', 401, 'Unauthorized', 'Unauthorized', 'KUBECONFIG'],
    ['an invalid object', 422, 'Deployment "api" is invalid: spec.x', 'spec.x', 'manifest'],
    ['a server that fails', 500, 'etcdserver: request timed out', 'request timed out', 'try again'],
  ])('names cause and remedy of %s', (_what, code, message, cause, remedy) => {
    expect(toFailure(new ApiError(code, { code, message, reason: 'X' }), hint)).toMatchObject({
      exitCode: 7,
      message: expect.stringContaining(cause),
      remedy: expect.stringContaining(remedy),
    });
  });

  test('treats a field of a wrong type as an error of the object, although the API server returns the status 500', () => {
    const message =
      'failed to create typed patch object (n/a; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string';
    const error = new ApiError(500, { code: 500, reason: 'InternalError', message });
    expect(isTransient(error)).toBe(false);
    expect(toFailure(error, hint)).toMatchObject({ exitCode: 7, remedy: 'correct the named manifest; nothing was written' });
  });

  test('returns other errors unchanged', () => {
    const error = new TypeError('x');
    expect(toFailure(error, hint)).toBe(error);
  });
});

test('isTransient accepts overload, restarts and network errors only', () => {
  const networkError = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect([429, 500, 503].map((code) => isTransient(new ApiError(code, { code })))).toEqual([true, true, true]);
  expect([403, 404, 409, 422].map((code) => isTransient(new ApiError(code, { code })))).toEqual([false, false, false, false]);
  expect([isTransient(networkError), isTransient(new Error('bug'))]).toEqual([true, false]);
});

test('skewOf ignores differences below the precision of the Date header', () => {
  const local = Date.parse('2026-01-01T00:00:10.900Z');
  expect(skewOf('Thu, 01 Jan 2026 00:00:10 GMT', local)).toBe(0);
  expect(skewOf('Thu, 01 Jan 2026 00:01:10 GMT', local)).toBe(59_600);
  expect(skewOf(undefined, local)).toBe(0);
});
