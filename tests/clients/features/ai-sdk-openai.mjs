import { createOpenAI } from '@ai-sdk/openai';
import { provider } from '../connect/ai-sdk-openai.mjs';
import { aiSdkFeatures } from './ai-sdk.mjs';
import { resultsOf } from './shared.mjs';

const models = {
  embeddingModel: provider.embedding,
  keyed: (apiKey) => createOpenAI({ baseURL: process.env.LEYENDA_URL, apiKey }).chat,
};
const features = aiSdkFeatures({ languageModel: provider.chat, ...models });
/** The default of the provider. */
const overResponses = aiSdkFeatures({ languageModel: provider, ...models });
const alsoOverResponses = ['chat', 'stream', 'tools', 'streamed tools', 'parallel tools', 'JSON schema', 'vision', 'errors'];

async function responses() {
  for (const name of alsoOverResponses) {
    await overResponses[name]().catch((cause) => {
      throw new Error(`${name}: ${cause.message}`, { cause });
    });
  }
}
process.stdout.write(JSON.stringify(await resultsOf({ ...features, responses })));
