import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { endpoints } from '../../contract/endpoints/index.ts';
import { queryResponse } from '../queries/schema.ts';
import { testDatabase } from '../testing/database.ts';
import { generate, startService, type TestService } from '../testing/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  await service.close();
  await testDatabase.destroy();
});

const key = 'developer-key';
const post = (url: string, body: unknown) =>
  fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const bodyOf = (client_id: string) => ({ content_description: 'Lighthouse at dusk', style: 'minimal', audience: 'general', client_id });

/** Each way to have captions written for a client. */
const transports: Readonly<Record<string, (client: string) => Promise<unknown>>> = {
  REST: async (client) => (await generate(service, bodyOf(client), key)).text(),
  'REST as a stream': async (client) => (await generate(service, { ...bodyOf(client), stream: true }, key)).text(),
  async GraphQL(client) {
    const { content_description: contentDescription, client_id: clientId, ...rest } = bodyOf(client);
    const query = 'mutation($input: GenerateCaptionInput!) { generateCaption(input: $input) { caption } }';
    return (
      await post(service.graphqlUrl + endpoints.graphql.path, { query, variables: { input: { contentDescription, clientId, ...rest } } })
    ).text();
  },
  async 'a batch'(client) {
    const response = await post(`${service.url}/api/v1/batch`, { items: [{ kind: 'generate', ...bodyOf(client) }] });
    const { id } = z.object({ id: z.uuid() }).parse(await response.json());
    await service.dependencies.batches.handlers.work({ batch: id, from: 0, to: 0 }, 1, new AbortController().signal);
  },
};

/** The context of a client's query about a lighthouse. */
async function contextFor(client_id: string): Promise<readonly string[]> {
  const response = await post(`${service.url}/api/v1/query`, { query: 'Where was the lighthouse?', client_id });
  return queryResponse.parse(await response.json()).context?.added.map(({ text }) => text) ?? [];
}

describe('Captions', () => {
  test.each(Object.keys(transports))('written over %s are context for later queries of the same client only', async (name) => {
    await transports[name]?.(`client of ${name}`);
    expect(await contextFor(`client of ${name}`)).toContainEqual(expect.stringMatching(/lighthouse at dusk/i));
    expect(await contextFor('another client')).not.toContainEqual(expect.stringMatching(/lighthouse at dusk/i));
  });
});
