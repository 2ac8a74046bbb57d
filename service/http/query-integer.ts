import * as z from 'zod';

const decimal = /^-?\d{1,15}$/;

/** An integer in a query string, in decimal digits: `0x10`, `1e1` and an empty text are rejected. */
export const queryInteger = ({ min, max }: { readonly min: number; readonly max: number }) =>
  z.preprocess((text) => (typeof text === 'string' && decimal.test(text) ? Number(text) : text), z.int().min(min).max(max));
