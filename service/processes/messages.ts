import * as z from 'zod';

/** Metrics of one process, as prom-client exports them. */
export const snapshot = z.array(z.looseObject({ name: z.string(), type: z.unknown() }));
export type Snapshot = z.output<typeof snapshot>;

/** Messages of a serving process to the primary. */
export const toPrimary = z.discriminatedUnion('kind', [
  /** It answers requests. */
  z.object({ kind: z.literal('serving') }),
  /** It accepts no more connections. */
  z.object({ kind: z.literal('closing') }),
  /** Its metrics, as the primary requested them. */
  z.object({ kind: z.literal('snapshot'), metrics: snapshot }),
  /** Requests the metrics of all processes. */
  z.object({ kind: z.literal('scrape'), id: z.number() }),
]);
export type ToPrimary = z.input<typeof toPrimary>;

/** Messages of the primary to a serving process. */
export const toProcess = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('snapshot') }),
  /** The metrics of all processes in Prometheus text format. */
  z.object({ kind: z.literal('scraped'), id: z.number(), text: z.string() }),
]);
export type ToProcess = z.input<typeof toProcess>;
