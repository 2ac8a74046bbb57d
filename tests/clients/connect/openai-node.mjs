import OpenAI from 'openai';

export const client = new OpenAI({ baseURL: process.env.LEYENDA_URL, apiKey: process.env.LEYENDA_KEY });
