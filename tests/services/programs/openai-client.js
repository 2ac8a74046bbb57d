/** A client program with the official library; prints its results as one JSON document, as openai-client.py does. */
import OpenAI from 'openai';

const [baseURL, apiKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const hello = { model: 'fake', messages: [{ role: 'user', content: 'Say four words' }] };
const raised = (call) =>
  call().then(
    () => null,
    (error) => ({ kind: error.constructor.name, status: error.status, code: error.code }),
  );

const whole = await client.chat.completions.create(hello);
const stream = await client.chat.completions.create({ ...hello, stream: true, stream_options: { include_usage: true } });
const chunks = await Array.fromAsync(stream);
const answer = { model: 'fake', input: 'Say four words' };
const results = {
  models: (await client.models.list()).data.map(({ id }) => id),
  text: whole.choices[0].message.content,
  tokens: whole.usage.total_tokens,
  pieces: chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta.content ?? '')),
  streamed_tokens: chunks.at(-1).usage.total_tokens,
  response: (await client.responses.create(answer)).output_text,
  streamed_response: (await client.responses.stream(answer).finalResponse()).output_text,
  completion: (await client.completions.create({ model: 'fake', prompt: 'Say four words' })).choices[0].text,
  no_tools: await raised(() => client.chat.completions.create({ ...hello, tools: [{ type: 'function', function: { name: 'f' } }] })),
  wrong_key: await raised(() => new OpenAI({ baseURL, apiKey: 'unknown', maxRetries: 0 }).models.list()),
};
process.stdout.write(JSON.stringify(results));
