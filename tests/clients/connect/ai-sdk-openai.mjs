import { createOpenAI } from '@ai-sdk/openai';

export const provider = createOpenAI({ baseURL: process.env.LEYENDA_URL, apiKey: process.env.LEYENDA_KEY });
