import { expect, test } from '@jest/globals';
import { keyChangeOf, newKeyOf } from './key-form.ts';

function formOf(fields: readonly (readonly [string, string])[]): FormData {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  return form;
}
const limits = [
  ['quota_requests', '100'],
  ['quota_seconds', '60'],
  ['budget', '0.29'],
] as const;

test('a new key has the chosen permissions, and no limit that is empty', () => {
  const form = formOf([
    ['name', ' shop '],
    ['permissions', 'Write'],
    ['permissions', 'Read'],
    ['expires', ''],
    ['budget', ''],
  ]);
  expect(newKeyOf(form)).toEqual({ name: 'shop', permissions: ['Read', 'Write'] });
});

test('a new key has its limits in whole millionths of a dollar, and expires at the end of a local day', () => {
  const form = formOf([['name', 'shop'], ['expires', '2027-01-31'], ...limits]);
  expect(newKeyOf(form)).toMatchObject({
    quota: { requests: 100, window_seconds: 60 },
    budget_micros: 290_000,
    expires_at: new Date(2027, 0, 31, 23, 59, 59).toISOString(),
  });
});

test('a change removes the limits that are empty', () => {
  expect(keyChangeOf(formOf([['name', 'shop']]))).toEqual({ name: 'shop', quota: null, budget_micros: null, is_active: false });
  expect(keyChangeOf(formOf([['name', 'shop'], ['is_active', 'on'], ...limits]))).toEqual({
    name: 'shop',
    quota: { requests: 100, window_seconds: 60 },
    budget_micros: 290_000,
    is_active: true,
  });
});
