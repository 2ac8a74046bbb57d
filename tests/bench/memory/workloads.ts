import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { batchesShapes } from '../../../service/batches/schema.ts';
import { authorization, type ServiceProcess } from '../service-process.ts';
import { type Sent, send, sendAndDisconnect } from './send.ts';

/** The model with an upstream; the others have the offline model. */
export const upstreamModel = 'upstream';

const caption = () => ({
  content_description: `A dog on a beach ${randomUUID()}`,
  style: 'casual',
  audience: 'general',
  client_id: randomUUID(),
});
const chat = () => ({ model: upstreamModel, messages: [{ role: 'user', content: `Which is ${randomUUID()}?` }] });
const query = () => ({ query: `What is 6 * ${Math.floor(Math.random() * 1e9)}?` });
const randomKey = () => randomBytes(32).toString('base64url');

/** Work that is repeated; `each` does it once. */
export interface Workload {
  readonly name: string;
  /** How many at a time. */
  readonly concurrency: number;
  each(service: ServiceProcess, index: number): Promise<unknown>;
}

const inTurn = (list: readonly [() => Sent, ...(() => Sent)[]], index: number): Sent => (list[index % list.length] ?? list[0])();

/** Requests that all differ: paths, keys, ids, descriptions, documents. */
const requests: Workload = {
  name: 'requests',
  concurrency: 32,
  each: ({ url, graphqlUrl }, index) =>
    send(
      inTurn(
        [
          () => ({ url: `${url}/${randomKey()}`, key: undefined }),
          () => ({ url: url + endpoints.generate.path, body: caption(), key: randomKey() }),
          () => ({ url: url + endpoints.generate.path, body: caption() }),
          () => ({ url: `${url}${endpoints.processMetrics.path}?${randomUUID()}` }),
          () => ({
            url: graphqlUrl + endpoints.graphql.path,
            body: { query: `{ a${randomBytes(6).toString('hex')}: models { id name } }` },
          }),
          () => ({ url: url + endpoints.chatCompletions.path, body: chat() }),
          () => ({ url: url + endpoints.query.path, body: query() }),
        ],
        index,
      ),
    ),
};

/** Streams of each endpoint, from the upstream and the offline model, cut at their first bytes or before. */
const streams: Workload = {
  name: 'streams cut',
  concurrency: 16,
  each: ({ url }, index) => {
    const sent = inTurn(
      [
        () => ({ url: url + endpoints.chatCompletions.path, body: { ...chat(), stream: true } }),
        () => ({ url: url + endpoints.generate.path, body: { ...caption(), stream: true } }),
        () => ({ url: url + endpoints.query.path, body: { ...query(), stream: true } }),
      ],
      index,
    );
    return sendAndDisconnect(sent, index % 2 === 0 ? 5 : 10_000);
  },
};

const itemsPerBatch = 10;

async function waitForBatch(url: string): Promise<void> {
  const { schema } = batchesShapes.readBatch.answer;
  for (;;) {
    const { status } = schema.parse(await (await fetch(url, { headers: authorization })).json());
    if (status !== 'queued' && status !== 'running') return;
    await sleep(100);
  }
}

/** Batches of captions and queries, each to its end; their results are read. */
const batches: Workload = {
  name: 'batches',
  concurrency: 16,
  each: async ({ url }) => {
    const path = url + endpoints.createBatch.path;
    const items = Array.from({ length: itemsPerBatch }, (_, at) =>
      at % 2 === 0 ? { kind: 'generate', ...caption() } : { kind: 'query', ...query() },
    );
    const response = await fetch(path, {
      method: 'POST',
      headers: { ...authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify({ items }),
    });
    const { id } = batchesShapes.createBatch.answer.schema.parse(await response.json());
    await waitForBatch(`${path}/${id}`);
    await send({ url: `${path}/${id}/results` });
  },
};

export const workloads = { requests, streams, batches } as const;

/** Does the work with the numbers from `from` to `to`. */
export async function work({ concurrency, each }: Workload, service: ServiceProcess, from: number, to: number): Promise<void> {
  let next = from;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      while (next < to) await each(service, next++);
    }),
  );
}
