import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';

const server = { apiKey: process.env.LEYENDA_KEY, configuration: { baseURL: process.env.LEYENDA_URL } };
export const chat = new ChatOpenAI({ model: 'full', ...server });
export const embeddings = new OpenAIEmbeddings({ model: 'full', ...server });
