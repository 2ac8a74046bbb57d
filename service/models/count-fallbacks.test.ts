import { expect, test } from '@jest/globals';
import { generate, startService } from '../testing/service.ts';
import { respondsWithError, startUpstream } from '../testing/upstream.ts';

test('The metrics show the open circuit of a failing model, and the answers of its fallback', async () => {
  const upstream = await startUpstream(respondsWithError(429, { 'Retry-After': '60' }));
  const service = await startService({
    TEXT_MODELS: JSON.stringify([
      { id: 'cloud', provider: 'openai', name: 'Cloud', base_url: upstream.url, api_key: 'a-key', model: 'm' },
      { id: 'offline', provider: 'offline' },
    ]),
  });
  const metrics = async () =>
    (await service.dependencies.metrics.render()).match(/(?<=^instagram_captions_model_(?:circuit_open|fallbacks_total)).*/gm);
  expect(await metrics()).toEqual(['{model="cloud"} 0', '{model="offline"} 0']);
  await generate(service);
  expect(await metrics()).toEqual(['{model="cloud"} 1', '{model="offline"} 0', '{model="offline"} 1']);
  await service.close();
  await upstream.close();
});
