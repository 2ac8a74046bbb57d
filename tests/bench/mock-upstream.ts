import { once } from 'node:events';
import { createServer } from 'node:http';

const completion = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Red bicycle, white wall.' }, logprobs: null, finish_reason: 'stop' }],
  usage: { prompt_tokens: 40, completion_tokens: 9, total_tokens: 49 },
});
const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(completion) };

/** An OpenAI-compatible endpoint that responds at once, always the same. */
const server = createServer((request, response) => {
  request.resume().once('end', () => response.writeHead(200, headers).end(completion));
});
server.keepAliveTimeout = 120_000;
server.listen(Number(process.env.PORT), '127.0.0.1');
await once(server, 'listening');
