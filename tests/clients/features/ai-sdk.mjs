import { embedMany, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai';
import * as z from 'zod';
import { citySchema, cold, equal, errorOf, late, png, weather } from './shared.mjs';

const inputSchema = jsonSchema(citySchema);
const tools = {
  get_weather: tool({ description: 'Weather', inputSchema, execute: cold }),
  get_time: tool({ description: 'Time', inputSchema, execute: late }),
};
const output = Output.object({ schema: z.object({ city: z.string(), degrees: z.number() }) });
const loop = { tools, stopWhen: stepCountIs(3), maxRetries: 0 };
const both = 'The tools returned Oslo is cold and Oslo has evening';

/**
 * What the AI SDK does with the models of a provider.
 * @param languageModel id → model; @param embeddingModel id → model; @param keyed a model with another API key
 */
export const aiSdkFeatures = ({ languageModel, embeddingModel, keyed }) => {
  const model = languageModel('full');
  return {
    async chat() {
      const { text, finishReason, usage } = await generateText({ model, prompt: 'hello' });
      equal([text, finishReason, usage.totalTokens], ['You said: hello', 'stop', 18]);
    },
    async stream() {
      const stream = streamText({ model, prompt: 'hello' });
      const texts = await Array.fromAsync(stream.textStream);
      equal([texts.join(''), texts.length > 1, (await stream.usage).totalTokens], ['You said: hello', true, 18]);
    },
    async tools() {
      equal((await generateText({ model, prompt: 'get_weather', ...loop })).text, 'The tools returned Oslo is cold');
    },
    async 'streamed tools'() {
      equal(
        (await Array.fromAsync(streamText({ model, prompt: 'get_weather', ...loop }).textStream)).join(''),
        'The tools returned Oslo is cold',
      );
    },
    async 'parallel tools'() {
      equal((await generateText({ model, prompt: 'get_weather and get_time', ...loop })).text, both);
      equal((await Array.fromAsync(streamText({ model, prompt: 'get_weather and get_time', ...loop }).textStream)).join(''), both);
    },
    async 'JSON mode'() {
      equal((await generateText({ model, prompt: 'as JSON', output: Output.json() })).output, weather);
    },
    async 'JSON schema'() {
      equal((await generateText({ model, prompt: 'hello', output })).output, weather);
      equal(await streamText({ model, prompt: 'hello', output }).output, weather);
    },
    async vision() {
      const content = [
        { type: 'text', text: 'What is it?' },
        { type: 'image', image: png },
      ];
      equal((await generateText({ model, messages: [{ role: 'user', content }] })).text, 'An image/png of 3x2');
    },
    async embeddings() {
      const { embeddings } = await embedMany({ model: embeddingModel('full'), values: ['a', 'b'] });
      equal(
        embeddings.map(({ length }) => length),
        [8, 8],
      );
    },
    models: 'the client does not list models',
    async errors() {
      const failed = (from, options = {}) => errorOf(() => generateText({ model: from, prompt: 'hello', maxRetries: 0, ...options }));
      equal((await failed(keyed('wrong-key-0000000')('full'))).statusCode, 401);
      const unknown = await failed(languageModel('unknown'));
      equal([unknown.statusCode, JSON.parse(unknown.responseBody).error.code], [404, 'model_not_found']);
      const unsupported = await failed(languageModel('text'), { tools });
      equal([unsupported.statusCode, JSON.parse(unsupported.responseBody).error.param], [400, 'tools']);
      const long = await failed(model, { prompt: 'far too long' });
      equal([long.statusCode, long.isRetryable, JSON.parse(long.responseBody).error.code], [400, false, 'context_length_exceeded']);
    },
  };
};
