import { permissions } from '../../../../contract/roles.ts';
import type { KeyChange, NewKey } from '../../../accounts/schema.ts';
import { textOf } from '../../data/form-values.ts';

/** Empty fields are undefined. */
function quotaOf(form: FormData) {
  const [requests, seconds] = [textOf(form, 'quota_requests'), textOf(form, 'quota_seconds')];
  return requests === '' && seconds === '' ? undefined : { requests: Number(requests), window_seconds: Number(seconds) };
}

function budgetOf(form: FormData): number | undefined {
  const dollars = textOf(form, 'budget');
  return dollars === '' ? undefined : Math.round(Number(dollars) * 1_000_000);
}

/** The end of a day in the visitor's time zone. @param day YYYY-MM-DD */
const endOfDay = (day: string): string => new Date(`${day}T23:59:59`).toISOString();

/** The fields of the form as a request for a new key. */
export function newKeyOf(form: FormData): NewKey {
  const expiry = textOf(form, 'expires');
  return {
    name: textOf(form, 'name'),
    permissions: permissions.filter((permission) => form.getAll('permissions').includes(permission)),
    expires_at: expiry === '' ? undefined : endOfDay(expiry),
    quota: quotaOf(form),
    budget_micros: budgetOf(form),
  };
}

/** The fields of the form as a change of a key; empty fields remove a limit. */
export const keyChangeOf = (form: FormData): KeyChange => ({
  name: textOf(form, 'name'),
  quota: quotaOf(form) ?? null,
  budget_micros: budgetOf(form) ?? null,
  is_active: form.has('is_active'),
});
