import * as z from 'zod';
import { validateCidr } from '../kubernetes/cidr.ts';
import { validateSchedule } from '../kubernetes/cron.ts';
import { parseQuantity, validateQuantity } from '../kubernetes/quantity.ts';
import { type TextFormat, validateText } from '../kubernetes/text-formats.ts';

/** A string of the compile-time type `T`. `validate` returns what is wrong and how to fix it. */
export const checkedText = <T extends string = string>(validate: (value: string) => string | undefined) =>
  z
    .custom<T>((value) => typeof value === 'string', 'must be text')
    .superRefine((value, context) => {
      const message = validate(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });
/** A string that matches `pattern`; `format` describes it in the error. */
export const matching = <T extends string = string>(pattern: RegExp, format: string) =>
  checkedText<T>((value) => (pattern.test(value) ? undefined : `is not valid: write ${format}`));

export const formatted = (format: TextFormat, maxLength?: number) => checkedText((value) => validateText(format, value, maxLength));
export const integer = (min: number, max: number) =>
  z.custom<number>(
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    `must be a whole number from ${min} to ${max}`,
  );
/** A quantity greater than 0. */
export const quantity = (resource: string) =>
  checkedText((value) => validateQuantity(resource, value) ?? (Number(parseQuantity(value)) > 0 ? undefined : 'must be greater than 0'));
export const network = checkedText(validateCidr);
export const networks = z.tuple([network], network).readonly();
export const labels = z
  .record(z.string(), z.string())
  .superRefine((value, context) => {
    if (Object.keys(value).length === 0) context.addIssue({ code: 'custom', message: 'must have at least one label' });
    for (const [key, text] of Object.entries(value)) {
      const message = validateText('labelKey', key) ?? validateText('labelValue', text);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .readonly();
export const schedule = (withSeconds: boolean) => checkedText((value) => validateSchedule(value, withSeconds));

type Check<T> = (value: T, report: (path: readonly string[], message: string) => void) => void;
/** An object of the compile-time type `T`. `check` reports the fields that are wrong. */
export const checked = <T>(check: Check<T>) =>
  z
    .custom<T>((value) => typeof value === 'object' && value !== null, 'must be an object')
    .superRefine((value, context) => check(value, (path, message) => context.addIssue({ code: 'custom', path: [...path], message })));
