import * as z from 'zod';

/** Of the years that PostgreSQL reads as they are written: it knows no year 0, and ISO 8601 writes those after 9999 otherwise. */
const isStorable = (text: string) => /^(?!0000)\d{4}-/.test(new Date(text).toJSON() ?? '');

/** A moment that a caller names, in ISO 8601 with its offset from UTC. */
export const timestamp = z.iso.datetime({ offset: true, abort: true }).refine(isStorable, 'must be in the years 1 to 9999');
