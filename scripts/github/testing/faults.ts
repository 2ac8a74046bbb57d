import type { ServerResponse } from 'node:http';

/** Failures of GitHub. `lost`: GitHub processes the request, but the response is lost. */
export type Fault =
  | 'bad-gateway'
  | 'secondary-limit'
  | 'too-many'
  | 'primary-limit'
  | 'limited-for-an-hour'
  | 'invalid-json'
  | 'hang'
  | 'reset'
  | 'lost'
  | 'forbidden';

const json = { 'content-type': 'application/json; charset=utf-8' };
const responses: Readonly<
  Record<Exclude<Fault, 'hang' | 'reset' | 'lost'>, { status: number; headers: () => Record<string, string>; body: string }>
> = {
  'bad-gateway': { status: 502, headers: () => ({ 'content-type': 'text/html' }), body: '<html>Unicorn!</html>' },
  'secondary-limit': {
    status: 403,
    headers: () => ({ ...json, 'retry-after': '1' }),
    body: '{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}',
  },
  'too-many': { status: 429, headers: () => ({ ...json, 'retry-after': '1' }), body: '{"message":"Too many requests"}' },
  'primary-limit': {
    status: 403,
    headers: () => ({ ...json, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 1) }),
    body: '{"message":"API rate limit exceeded"}',
  },
  'limited-for-an-hour': {
    status: 429,
    headers: () => ({ ...json, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600) }),
    body: '{"message":"API rate limit exceeded"}',
  },
  'invalid-json': { status: 201, headers: () => json, body: '{"id": 12' },
  forbidden: { status: 403, headers: () => json, body: '{"message":"Resource not accessible by integration"}' },
};

export function injectFault(fault: Fault, response: ServerResponse): void {
  if (fault === 'hang') return;
  if (fault === 'reset' || fault === 'lost') {
    response.destroy();
    return;
  }
  const { status, headers, body } = responses[fault];
  response.writeHead(status, headers()).end(body);
}
