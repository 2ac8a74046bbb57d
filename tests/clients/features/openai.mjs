import OpenAI from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import * as z from 'zod';
import { citySchema, cold, equal, errorOf, late, png, weather } from './shared.mjs';

const model = 'full';
const says = (content) => [{ role: 'user', content }];
const tool = (name, act) => ({
  type: 'function',
  function: { name, parameters: citySchema, parse: JSON.parse, function: act, description: name },
});
const tools = [tool('get_weather', cold), tool('get_time', late)];
const declared = tools.map(({ type, function: { name, parameters } }) => ({ type, function: { name, parameters } }));
const weatherType = z.object({ city: z.string(), degrees: z.number() });
const loop = 'The tools returned Oslo is cold';
const both = 'The tools returned Oslo is cold and Oslo has evening';

/** What OpenAI's library does, in Node and in a browser. */
export const openAiFeatures = (client) => ({
  async chat() {
    const answer = await client.chat.completions.create({ model, messages: says('hello') });
    equal([answer.choices[0].message.content, answer.choices[0].finish_reason, answer.usage.total_tokens], ['You said: hello', 'stop', 18]);
  },
  async stream() {
    const stream = await client.chat.completions.create({
      model,
      messages: says('hello'),
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    equal(chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')).join(''), 'You said: hello');
    equal([chunks.at(-1).usage.total_tokens, chunks.length > 4], [18, true]);
  },
  async tools() {
    equal(await client.chat.completions.runTools({ model, messages: says('get_weather'), tools }).finalContent(), loop);
  },
  async 'streamed tools'() {
    equal(await client.chat.completions.runTools({ model, messages: says('get_weather'), tools, stream: true }).finalContent(), loop);
  },
  async 'parallel tools'() {
    const messages = says('get_weather and get_time');
    equal(await client.chat.completions.runTools({ model, messages, tools }).finalContent(), both);
    equal(await client.chat.completions.runTools({ model, messages, tools, stream: true }).finalContent(), both);
    const one = await client.chat.completions.create({ model, messages, tools: declared, parallel_tool_calls: false });
    equal(one.choices[0].message.tool_calls.length, 1);
  },
  async 'JSON mode'() {
    const answer = await client.chat.completions.create({ model, messages: says('as JSON'), response_format: { type: 'json_object' } });
    equal(JSON.parse(answer.choices[0].message.content), weather);
  },
  async 'JSON schema'() {
    const response_format = zodResponseFormat(weatherType, 'weather');
    const answer = await client.chat.completions.parse({ model, messages: says('hello'), response_format });
    equal(answer.choices[0].message.parsed, weather);
    equal(
      await client.chat.completions.stream({ model, messages: says('hello'), response_format }).finalContent(),
      JSON.stringify(weather),
    );
  },
  async vision() {
    const image = (url) =>
      says([
        { type: 'text', text: 'What is it?' },
        { type: 'image_url', image_url: { url } },
      ]);
    const seen = async (url) => (await client.chat.completions.create({ model, messages: image(url) })).choices[0].message.content;
    equal(await seen(png), 'An image/png of 3x2');
    equal(await seen('https://images.example/cat.png'), 'An image at https://images.example/cat.png');
  },
  async embeddings() {
    const floats = await client.embeddings.create({ model, input: ['a', 'b'], encoding_format: 'float' });
    const decoded = await client.embeddings.create({ model, input: ['a', 'b'] });
    equal(
      [floats.data.map(({ embedding }) => embedding.length), decoded.data.map(({ index }) => index)],
      [
        [8, 8],
        [0, 1],
      ],
    );
    equal(Array.from(decoded.data[0].embedding), floats.data[0].embedding);
  },
  async responses() {
    equal((await client.responses.create({ model, input: 'hello' })).output_text, 'You said: hello');
    const stream = await client.responses.create({ model, input: 'hello', stream: true });
    const events = [];
    for await (const event of stream) events.push(event);
    equal(events.flatMap(({ type, delta }) => (type === 'response.output_text.delta' ? [delta] : [])).join(''), 'You said: hello');
    equal(events.at(-1).type, 'response.completed');
    const functions = declared.map(({ type, function: called }) => ({ type, strict: false, ...called }));
    const input = says('get_weather and get_time');
    const { output } = await client.responses.create({ model, input, tools: functions });
    const results = { get_weather: cold, get_time: late };
    for (const { call_id, name, arguments: args } of output.filter(({ type }) => type === 'function_call')) {
      input.push({ type: 'function_call', call_id, name, arguments: args });
    }
    for (const { call_id, name, arguments: args } of input.filter(({ type }) => type === 'function_call')) {
      input.push({ type: 'function_call_output', call_id, output: results[name](JSON.parse(args)) });
    }
    equal((await client.responses.create({ model, input, tools: functions })).output_text, both);
  },
  async models() {
    const ids = (await client.models.list()).data.map(({ id }) => id);
    equal(ids, ['auto', 'full', 'text']);
    equal((await client.models.retrieve('full')).id, 'full');
  },
  async errors() {
    const once = client.withOptions({ maxRetries: 0 });
    const failed = async (body, from = once) => errorOf(() => from.chat.completions.create({ model, messages: says('hello'), ...body }));
    const key = await failed({}, once.withOptions({ apiKey: 'wrong-key-0000000' }));
    equal([key instanceof OpenAI.AuthenticationError, key.status], [true, 401]);
    const unknown = await failed({ model: 'unknown' });
    equal([unknown instanceof OpenAI.NotFoundError, unknown.code], [true, 'model_not_found']);
    const unsupported = await failed({ model: 'text', tools: declared });
    equal([unsupported instanceof OpenAI.BadRequestError, unsupported.param], [true, 'tools']);
    const long = await failed({ messages: says('far too long') });
    equal([long instanceof OpenAI.BadRequestError, long.code], [true, 'context_length_exceeded']);
    equal(typeof long.requestID, 'string');
  },
});
