import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { LoadObjectiveName } from './objectives.ts';

/** One kind of request of the load. */
export interface Scenario {
  readonly name: string;
  readonly endpoint: EndpointName;
  /** Part of all arrivals. */
  readonly share: number;
  /** Arrivals per second at most, also at a high rate. */
  readonly maxPerSecond?: number;
  /** The objective of its latency; undefined: the latency is printed, not judged. */
  readonly objective: LoadObjectiveName | undefined;
  /** Each request calls a text model: it is left out if the model may cost money, and its latency is judged only if the model is the offline one. */
  readonly callsModel?: true;
  /** `batch`: the latency is the time until all results of the accepted batch exist. */
  readonly until?: 'batch';
  /** Requests that one arrival sends, at most, for the limits of the key; default: 1. */
  readonly requests?: number;
  /** @param fresh whether the items of a batch may call a text model */
  readonly body?: (index: number, fresh: boolean) => object;
}

/** Different captions that are requested again and again: each is written once. */
export const repeatedCaptions = 5;
const places = ['in Lisbon', 'in Cádiz', 'by the sea', 'in the old town', 'on a quiet square'] as const;

const caption = (description: string) => ({
  content_description: description,
  style: 'casual',
  audience: 'general',
  client_id: 'leyenda-load',
});
export const repeatedCaption = (index: number) => caption(`A cozy coffee shop ${places[index % repeatedCaptions]} with rain on the window`);
const randomNumber = () => Math.floor(Math.random() * 1e9);
const newCaption = () => caption(`A dog on a beach at sunset, picture ${randomNumber()}`);
const query = () => ({ query: `What is 6 * ${randomNumber()}?` });

export const itemsPerBatch = 10;
const batch = (index: number, fresh: boolean) => ({
  items: Array.from({ length: itemsPerBatch }, (_, item) => {
    if (!fresh) return { kind: 'generate', ...repeatedCaption(index + item) };
    return item % 5 === 0 ? { kind: 'generate', ...newCaption() } : { kind: 'query', ...query() };
  }),
});

/** The load. With those of batches, 5 captions in 77 are new: the cache hit rate cannot exceed 94 %. */
export const scenarios: readonly Scenario[] = [
  { name: 'captions, cached', endpoint: 'generate', share: 0.72, objective: 'apiLatency', body: repeatedCaption },
  { name: 'captions, new', endpoint: 'generate', share: 0.03, objective: 'apiLatency', callsModel: true, body: newCaption },
  { name: 'queries', endpoint: 'query', share: 0.05, objective: 'apiLatency', callsModel: true, body: query },
  {
    name: 'GraphQL',
    endpoint: 'graphql',
    share: 0.1,
    objective: 'graphqlLatency',
    body: () => ({ query: '{ models { id name healthy } }' }),
  },
  { name: 'health', endpoint: 'health', share: 0.09, objective: 'apiLatency' },
  {
    name: `batches of ${itemsPerBatch}`,
    endpoint: 'createBatch',
    share: 0.01,
    // RATE_LIMIT_BATCH_REQUESTS allows 30 per minute.
    maxPerSecond: 0.4,
    objective: 'workerLatency',
    until: 'batch',
    requests: 8,
    body: batch,
  },
];

/** Arrivals of a scenario per second, at this rate of all of them. */
export const perSecondOf = ({ share, maxPerSecond = Number.POSITIVE_INFINITY }: Scenario, rate: number) =>
  Math.min(share * rate, maxPerSecond);
