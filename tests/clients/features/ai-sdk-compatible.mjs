import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { provider } from '../connect/ai-sdk-compatible.mjs';
import { aiSdkFeatures } from './ai-sdk.mjs';
import { resultsOf } from './shared.mjs';

const features = aiSdkFeatures({
  languageModel: provider.chatModel,
  embeddingModel: provider.embeddingModel ?? provider.textEmbeddingModel,
  keyed: (apiKey) => createOpenAICompatible({ name: 'leyenda', baseURL: process.env.LEYENDA_URL, apiKey }).chatModel,
});
process.stdout.write(JSON.stringify(await resultsOf({ ...features, responses: 'the provider has no Responses API' })));
