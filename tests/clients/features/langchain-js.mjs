import { HumanMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent } from 'langchain';
import * as z from 'zod';
import { chat, embeddings } from '../connect/langchain-js.mjs';
import { cold, equal, errorOf, late, png, resultsOf, weather } from './shared.mjs';

const schema = z.object({ city: z.string() });
const tools = [
  tool(cold, { name: 'get_weather', description: 'Weather', schema }),
  tool(late, { name: 'get_time', description: 'Time', schema }),
];
const weatherType = z.object({ city: z.string(), degrees: z.number() });
const both = 'The tools returned Oslo is cold and Oslo has evening';
const agent = createAgent({ model: chat, tools });
const conversation = (content) => ({ messages: [{ role: 'user', content }] });
const other = (options) =>
  new ChatOpenAI({
    model: 'full',
    maxRetries: 0,
    apiKey: process.env.LEYENDA_KEY,
    configuration: { baseURL: process.env.LEYENDA_URL },
    ...options,
  });

const features = {
  async chat() {
    const answer = await chat.invoke('hello');
    equal([answer.content, answer.usage_metadata.total_tokens], ['You said: hello', 18]);
  },
  async stream() {
    const chunks = [];
    for await (const chunk of await chat.stream('hello')) chunks.push(chunk);
    const whole = chunks.reduce((sum, chunk) => sum.concat(chunk));
    equal([whole.content, whole.usage_metadata.total_tokens, chunks.length > 4], ['You said: hello', 18, true]);
  },
  async tools() {
    equal((await agent.invoke(conversation('get_weather'))).messages.at(-1).content, 'The tools returned Oslo is cold');
  },
  async 'streamed tools'() {
    const texts = [];
    for await (const [chunk] of await agent.stream(conversation('get_weather'), { streamMode: 'messages' }))
      if (chunk.type === 'ai') texts.push(chunk.text);
    equal(texts.join(''), 'The tools returned Oslo is cold');
  },
  async 'parallel tools'() {
    equal((await agent.invoke(conversation('get_weather and get_time'))).messages.at(-1).content, both);
    const one = await chat.bindTools(tools, { parallel_tool_calls: false }).invoke('get_weather and get_time');
    equal(
      one.tool_calls.map(({ name, args }) => [name, args]),
      [['get_weather', { city: 'Oslo' }]],
    );
  },
  async 'JSON mode'() {
    equal(await chat.withStructuredOutput(weatherType, { method: 'jsonMode' }).invoke('as JSON'), weather);
  },
  async 'JSON schema'() {
    equal(await chat.withStructuredOutput(weatherType, { method: 'jsonSchema', strict: true }).invoke('hello'), weather);
    equal(await chat.withStructuredOutput(weatherType, { method: 'functionCalling' }).invoke('hello'), weather);
  },
  async vision() {
    const content = [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: png } },
    ];
    equal((await chat.invoke([new HumanMessage({ content })])).content, 'An image/png of 3x2');
  },
  async embeddings() {
    equal((await embeddings.embedQuery('a')).length, 8);
    equal(
      (await embeddings.embedDocuments(['a', 'b'])).map(({ length }) => length),
      [8, 8],
    );
  },
  async responses() {
    const model = other({ useResponsesApi: true });
    equal((await model.invoke('hello')).text, 'You said: hello');
    const texts = [];
    for await (const chunk of await model.stream('hello')) texts.push(chunk.text);
    equal(texts.join(''), 'You said: hello');
    equal((await createAgent({ model, tools }).invoke(conversation('get_weather and get_time'))).messages.at(-1).text, both);
  },
  models: 'the client does not list models',
  async errors() {
    const key = await errorOf(() => other({ apiKey: 'wrong-key-0000000' }).invoke('hello'));
    equal(key.status, 401);
    const unknown = await errorOf(() => other({ model: 'unknown' }).invoke('hello'));
    equal([unknown.status, unknown.code], [404, 'model_not_found']);
    const unsupported = await errorOf(() => other({ model: 'text' }).bindTools(tools).invoke('hello'));
    equal([unsupported.status, unsupported.param], [400, 'tools']);
    const long = await errorOf(() => other({}).invoke('far too long'));
    equal(long.name === 'ContextOverflowError' || long.code === 'context_length_exceeded', true);
  },
};
process.stdout.write(JSON.stringify(await resultsOf(features)));
