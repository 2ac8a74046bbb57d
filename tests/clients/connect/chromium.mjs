import OpenAI from 'openai';

const { LEYENDA_URL, LEYENDA_KEY } = globalThis;
export const client = new OpenAI({ baseURL: LEYENDA_URL, apiKey: LEYENDA_KEY, dangerouslyAllowBrowser: true });
