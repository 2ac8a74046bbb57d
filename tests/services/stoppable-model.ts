import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

const content = JSON.stringify({
  caption: 'Two wheels and a white wall',
  alternatives: ['Ready for the road', 'Red on white'],
  hashtags: ['#bicycle', '#red', '#wall'],
});
const completion = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 40, completion_tokens: 30, total_tokens: 70 },
});

/** An OpenAI-compatible endpoint that can be stopped and started again on the same port. */
export async function startModel(delayMs = 0) {
  let server: Server | undefined;
  let port = 0;
  async function start() {
    server = createServer((request, response) => {
      const answer = () => response.setHeader('Content-Type', 'application/json').end(completion);
      request.resume().once('end', () => setTimeout(answer, delayMs));
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    port = address.port;
  }
  async function stop() {
    server?.closeAllConnections();
    await server?.[Symbol.asyncDispose]().catch(() => undefined);
  }
  await start();
  return { url: `http://127.0.0.1:${port}/v1`, start, stop, end: stop };
}
