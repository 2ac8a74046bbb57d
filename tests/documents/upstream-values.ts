import type { Upstream } from '../../service/testing/upstream.ts';
import type { Values } from './run-page.ts';

/** The endpoints of text models that the pages name, replaced by one that is here. */
export const upstreamValues = ({ url }: Upstream): Values => ({
  'http://localhost:11434/v1': url,
  'http://localhost:8000/v1': url,
  '"api_key": "KEY"': `"api_key": "KEY", "base_url": "${url}"`,
  'OPENAI_API_KEY=KEY': `OPENAI_BASE_URL=${url} OPENAI_API_KEY=KEY`,
});
