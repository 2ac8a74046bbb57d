import { describe, expect, test } from '@jest/globals';
import type { ProblemCode } from '../../contract/errors.ts';
import { problemOf } from './failure.ts';
import { ModelError, type ModelFailure } from './model.ts';

describe('A failure of the models', () => {
  test.each<[ModelFailure, ProblemCode]>([
    ['timeout', 'timeout'],
    ['overloaded', 'unavailable'],
    ['rejected', 'model_failed'],
    ['unreachable', 'model_failed'],
    ['garbage', 'model_failed'],
    ['cut', 'model_failed'],
    ['unknown', 'invalid_request'],
    ['unsuitable', 'invalid_request'],
  ])('%s is the problem %s', (failure, code) => {
    expect(problemOf(new ModelError(failure, 'why'))).toMatchObject({ name: 'Problem', code });
  });

  test('after the time of the whole answer was over is a timeout, whatever the model was at', () => {
    const over = AbortSignal.abort(new DOMException('too long', 'TimeoutError'));
    expect(problemOf(new ModelError('cancelled', 'the caller left'), over)).toMatchObject({ code: 'timeout' });
    expect(problemOf(over.reason)).toMatchObject({ code: 'timeout' });
  });

  test('says when an overloaded model wants to be asked again', () => {
    expect(problemOf(new ModelError('overloaded', 'why', { retryAfterSeconds: 17 }))).toMatchObject({ headers: { 'Retry-After': '17' } });
  });

  test('is given back as it is where it is none of the models', () => {
    const error = new TypeError('a mistake');
    expect(problemOf(error)).toBe(error);
  });
});
