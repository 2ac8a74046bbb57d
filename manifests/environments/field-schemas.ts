import * as z from 'zod';
import { validateCidr } from '../kubernetes/cidr.ts';
import { validateSchedule } from '../kubernetes/cron.ts';
import { parseQuantity, validateQuantity } from '../kubernetes/quantity.ts';
import { type TextFormat, validateText } from '../kubernetes/text-formats.ts';

/** A text with a check that says what is wrong and what to do. `T`: the type that the compiler already knows it by. */
export const checkedText = <T extends string = string>(mistake: (value: string) => string | undefined) =>
  z
    .custom<T>((value) => typeof value === 'string', 'must be text')
    .superRefine((value, context) => {
      const message = mistake(value);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    });
/** A text that must match; `write`: how it is written. */
export const matching = <T extends string = string>(pattern: RegExp, write: string) =>
  checkedText<T>((value) => (pattern.test(value) ? undefined : `is not valid: write ${write}`));

export const formatted = (kind: TextFormat, most?: number) => checkedText((value) => validateText(kind, value, most));
export const integer = (least: number, most: number) =>
  z.custom<number>(
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
    `must be a whole number from ${least} to ${most}`,
  );
/** Greater than 0: what is asked for or stored. */
export const quantity = (resource: string) =>
  checkedText((value) => validateQuantity(resource, value) ?? (Number(parseQuantity(value)) > 0 ? undefined : 'must be greater than 0'));
export const network = checkedText(validateCidr);
export const networks = z.tuple([network], network).readonly();
export const schedule = (seconds: boolean) => checkedText((value) => validateSchedule(value, seconds));
