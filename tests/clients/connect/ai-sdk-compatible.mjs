import { createOpenAICompatible } from '@ai-sdk/openai-compatible';

const { LEYENDA_URL: baseURL, LEYENDA_KEY: apiKey } = process.env;
export const provider = createOpenAICompatible({ name: 'leyenda', baseURL, apiKey, includeUsage: true, supportsStructuredOutputs: true });
