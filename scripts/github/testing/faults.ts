import type { ServerResponse } from 'node:http';

/** What stands between a tool and GitHub on a bad day. `lost`: GitHub does what was asked, and its answer gets lost. */
export type Fault =
  | 'bad-gateway'
  | 'secondary-limit'
  | 'too-many'
  | 'primary-limit'
  | 'limited-for-an-hour'
  | 'garbage'
  | 'hang'
  | 'reset'
  | 'lost'
  | 'forbidden';

const json = { 'content-type': 'application/json; charset=utf-8' };
const answers: Readonly<
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
  garbage: { status: 201, headers: () => json, body: '{"id": 12' },
  forbidden: { status: 403, headers: () => json, body: '{"message":"Resource not accessible by integration"}' },
};

export function injectFault(what: Fault, response: ServerResponse): void {
  if (what === 'hang') return;
  if (what === 'reset' || what === 'lost') {
    response.destroy();
    return;
  }
  const { status, headers, body } = answers[what];
  response.writeHead(status, headers()).end(body);
}
