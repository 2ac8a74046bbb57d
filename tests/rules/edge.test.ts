import { describe, expect, test } from '@jest/globals';
import { edgeProblems, errorBody } from '../../manifests/targets/nginx/errors.ts';
import { errorFormatOf } from '../../service/http/error-formats.ts';
import { Problem } from '../../service/http/problem.ts';

describe('nginx and the service', () => {
  test.each(edgeProblems)('report %s in the same words, in either format', (code) => {
    for (const form of ['problem', 'openai'] as const) {
      const own = errorFormatOf(form === 'openai' ? { errorFormat: form } : {});
      const { type, body } = errorBody(code, form);
      expect(type).toBe(own.type);
      expect(JSON.parse(body)).toEqual(own.body(new Problem(code), { requestId: '$edge_request_id' }));
    }
  });
});
