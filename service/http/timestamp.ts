import * as z from 'zod';

/** PostgreSQL has no year 0, and ISO 8601 writes years after 9999 in another format. */
const isStorable = (text: string) => /^(?!0000)\d{4}-/.test(new Date(text).toJSON() ?? '');

/** A timestamp in a request: ISO 8601 with an offset from UTC. */
export const timestamp = z.iso.datetime({ offset: true, abort: true }).refine(isStorable, 'must be in the years 1 to 9999');
