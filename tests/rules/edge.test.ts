import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorBody, found } from '../../manifests/targets/nginx/errors.ts';
import { networks } from '../../manifests/targets/nginx/limits.ts';
import { errorFormOf } from '../../service/http/error-forms.ts';
import { network } from '../../service/http/network.ts';
import { Problem } from '../../service/http/problem.ts';

describe('nginx and the service', () => {
  test.each(found)('tell %s in the same words, in either form', (code) => {
    for (const form of ['problem', 'openai'] as const) {
      const own = errorFormOf(form === 'openai' ? { errorForm: form } : undefined);
      const { type, body } = errorBody(code, form);
      expect(type).toBe(own.type);
      expect(JSON.parse(body)).toEqual(own.body(new Problem(code), '$edge_request_id'));
    }
  });

  test('count the same addresses of IPv6 as one caller', () => {
    const counted = (address: string) => {
      const [pattern, value] = networks().find(([each]) => new RegExp(each, 'i').test(address)) ?? [];
      return pattern === undefined || value === undefined
        ? address
        : address.replace(new RegExp(`${pattern}.*`, 'i'), value).replace(/:$/, '');
    };
    const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const address = new URL(`http://[${groups.map((each) => each.toString(16)).join(':')}]`).hostname.slice(1, -1);
        expect(counted(address)).toBe(network(address));
      }),
      { numRuns: 2000 },
    );
    expect(counted('192.0.2.7')).toBe(network('192.0.2.7'));
  });
});
