import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { type Answer, answerTo, type ChatBody, chatBody, embeddingBody, embeddingsOf, RejectedRequest } from './answers.ts';

const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
const words = (text: string) => text.split(/(?<=\s)(?=\S)/);
const probabilities = (text: string) => ({
  content: words(text).map((token) => ({ token, logprob: -0.5, bytes: [...Buffer.from(token)], top_logprobs: [] })),
  refusal: null,
});
const finishOf = ({ calls }: Answer) => (calls.length > 0 ? 'tool_calls' : 'stop');
const identity = ({ model }: ChatBody, object: string) => ({ id: 'chatcmpl-1', object, created: 1_700_000_000, model });

function completion(body: ChatBody, answer: Answer): object {
  const tool_calls = answer.calls.map(({ id, ...called }) => ({ id, type: 'function', function: called }));
  const message = {
    role: 'assistant',
    content: tool_calls.length > 0 ? null : answer.text,
    refusal: null,
    ...(tool_calls.length > 0 ? { tool_calls } : {}),
  };
  const logprobs = body.logprobs ? probabilities(answer.text) : null;
  const choices = Array.from({ length: body.n ?? 1 }, (_, index) => ({ index, message, logprobs, finish_reason: finishOf(answer) }));
  return { ...identity(body, 'chat.completion'), choices, usage };
}

/** The deltas of an answer: words, and calls whose arguments come in two pieces. */
function deltasOf({ text, calls }: Answer): object[] {
  const pieces = calls.flatMap(({ id, name, arguments: all }, index) => {
    const half = Math.ceil(all.length / 2);
    return [
      { index, id, type: 'function', function: { name, arguments: '' } },
      { index, function: { arguments: all.slice(0, half) } },
      { index, function: { arguments: all.slice(half) } },
    ];
  });
  return [
    { role: 'assistant', content: calls.length > 0 ? null : '' },
    ...words(text).map((content) => ({ content })),
    ...pieces.map((call) => ({ tool_calls: [call] })),
  ];
}

function stream(body: ChatBody, answer: Answer, response: ServerResponse): void {
  const common = identity(body, 'chat.completion.chunk');
  const send = (fields: object) => response.write(`data: ${JSON.stringify({ ...common, ...fields })}\n\n`);
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  for (const delta of deltasOf(answer)) {
    const logprobs = body.logprobs && 'content' in delta ? probabilities(String(delta.content)) : null;
    send({ choices: [{ index: 0, delta, logprobs, finish_reason: null }] });
  }
  send({ choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: finishOf(answer) }] });
  if (body.stream_options?.include_usage) send({ choices: [], usage });
  response.end('data: [DONE]\n\n');
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

function chat(value: unknown, response: ServerResponse): void {
  const body = chatBody.parse(value);
  const answer = answerTo(body);
  if (body.stream) stream(body, answer, response);
  else respond(response, 200, completion(body, answer));
}

const routes: Readonly<Record<string, (body: unknown, response: ServerResponse) => void>> = {
  '/v1/chat/completions': chat,
  '/v1/embeddings': (body, response) => respond(response, 200, embeddingsOf(embeddingBody.parse(body))),
};

/** An endpoint that behaves like OpenAI's API, without the Responses API, on a free port. */
export async function startUpstream() {
  const server = createServer(async (request, response) => {
    const handle = routes[request.url ?? ''];
    try {
      if (handle === undefined)
        respond(response, 404, { error: { message: `Unknown request URL: ${request.url}`, type: 'invalid_request_error' } });
      else handle(await json(request), response);
    } catch (error) {
      respond(
        response,
        400,
        error instanceof RejectedRequest ? error.body : { error: { message: String(error), type: 'invalid_request_error' } },
      );
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    },
  };
}
