import { anthropicAnswers } from '../../service/testing/anthropic-api.ts';
import { type Behaviour, respondsWithText, startUpstream } from '../../service/testing/upstream.ts';
import type { Values } from './run-page.ts';

const captions = '{"captions": ["A quiet morning by the sea."], "hashtags": ["#sea"], "language": "en"}';
const openAi = respondsWithText(captions);
const messages = anthropicAnswers(() => ({ content: [{ type: 'text', text: captions }] }));
const either: Behaviour = (request, response) => (request.path.endsWith('/messages') ? messages : openAi)(request, response);

/** One endpoint that answers as OpenAI's and as Anthropic's. */
export const startModelEndpoint = () => startUpstream(either);

/** The endpoints that the pages name, replaced by one that is here. */
export const endpointValues = (url: string): Values => ({
  'http://localhost:11434/v1': url,
  'http://localhost:8000/v1': url,
  // A proxy gets the whole URL in place of the path.
  'http://localhost:3128': new URL(url).origin,
  '"api_key": "KEY"': `"api_key": "test-key", "base_url": "${url}"`,
  'OPENAI_API_KEY=KEY': `OPENAI_BASE_URL=${url} OPENAI_API_KEY=KEY`,
});
