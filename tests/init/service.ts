import { join } from 'node:path';
import * as z from 'zod';
import { createClient } from '../../service/client/client.ts';

const document = z.object({ info: z.object({ title: z.string(), contact: z.object({ email: z.string() }) }) });
const key = 'a'.repeat(40);

/** Starts the service of a copy of the repository and writes a caption. @returns what it says about itself, the caption and the metrics */
export async function captionOf(folder: string) {
  const { spawnService }: typeof import('../../service/testing/process.ts') = await import(join(folder, 'service/testing/process.ts'));
  const service = spawnService({ VALID_API_KEYS: key, LEYENDA_DATA_DIR: join(folder, '.leyenda'), ENABLE_METRICS: 'true' });
  try {
    const baseUrl = await service.url();
    const client = createClient({ baseUrl, credential: key });
    const { caption } = await client.call('generate', {
      body: { content_description: 'a dog on a beach at sunset', style: 'casual', audience: 'general', client_id: 'second-product' },
    });
    const { info } = document.parse(await (await fetch(`${baseUrl}/api/v1/openapi.json`)).json());
    const metrics = await (await fetch(`${baseUrl}/metrics`)).text();
    return { info, caption, metrics };
  } finally {
    await service.end();
  }
}
