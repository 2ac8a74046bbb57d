import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { z } from 'zod';
import { isRecord } from '../../values/json.ts';
import { type Fault, injectFault } from './faults.ts';
import { requestSchemas } from './request-schemas.ts';

type Body<K extends keyof typeof requestSchemas> = z.infer<(typeof requestSchemas)[K]>;
export interface FakeDeployment extends Body<'createDeployment'> {
  readonly id: number;
  readonly sha: string;
  readonly created_at: string;
  readonly statuses: Body<'createDeploymentStatus'>[];
}
interface FakePost {
  readonly id: number;
  readonly number: number;
  readonly title?: string;
  body: string;
  readonly labels: readonly string[];
  readonly user: { readonly login: string };
}

/** A server with the part of the GitHub API that the release tool uses; it rejects the same requests as GitHub. */
export interface FakeGitHub {
  readonly url: string;
  /** Oldest first. */
  readonly deployments: FakeDeployment[];
  readonly commitStatuses: (Body<'createCommitStatus'> & { readonly sha: string })[];
  readonly issues: FakePost[];
  /** Of pull request 1. */
  readonly comments: FakePost[];
  /** Why requests were rejected. */
  readonly rejected: string[];
  readonly requests: string[];
  /** Whether the commit has a pull request. */
  hasPullRequest: boolean;
  /** Faults of the next requests, in this order. */
  readonly faults: Fault[];
  /** Fault of every request. */
  permanentFault: Fault | undefined;
  close(): Promise<void>;
}

export const token = 'ghs_0123456789abcdefghijABCDEFGHIJ';
export const bot = 'github-actions[bot]';
const repository = '/repos/example/captions';

export async function startFakeGitHub(): Promise<FakeGitHub> {
  const server = createServer(async (request, response) => {
    const call = `${request.method} ${(request.url ?? '').replace(repository, '')}`;
    fake.requests.push(call);
    const fault = fake.faults.shift() ?? fake.permanentFault;
    const body = await bodyOf(request);
    const reply = fault === undefined || fault === 'lost' ? replyTo(fake, request, body) : undefined;
    if (fault !== undefined) return injectFault(fault, response);
    response.writeHead(reply?.status ?? 500, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(reply?.body));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const fake: FakeGitHub = {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    deployments: [],
    commitStatuses: [],
    issues: [],
    comments: [],
    rejected: [],
    requests: [],
    hasPullRequest: false,
    faults: [],
    permanentFault: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return fake;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  return body === '' ? undefined : JSON.parse(body);
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}
const ok = (body: unknown): Reply => ({ status: 200, body });

function replyTo(fake: FakeGitHub, request: IncomingMessage, body: unknown): Reply {
  if (request.headers.authorization !== `token ${token}` && request.headers.authorization !== `bearer ${token}`) {
    fake.rejected.push(`${request.method} ${request.url}: no token`);
    return { status: 401, body: { message: 'Bad credentials' } };
  }
  const { pathname, searchParams } = new URL(request.url ?? '', fake.url);
  const path = pathname.replace(repository, '');
  const found = routes
    .map(({ method, pattern, handle }) => (method === request.method ? { handle, match: pattern.exec(path) } : undefined))
    .find((route) => route?.match);
  if (found === undefined) return { status: 404, body: { message: 'Not Found' } };
  return found.handle(fake, { body, key: found.match?.[1] ?? '', query: searchParams });
}

interface ApiCall {
  readonly body: unknown;
  readonly key: string;
  readonly query: URLSearchParams;
}
interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly pattern: RegExp;
  readonly handle: (fake: FakeGitHub, call: ApiCall) => Reply;
}

/** A route that rejects bodies which do not match the schema. */
function validated<T extends z.ZodType>(
  schema: T,
  create: (fake: FakeGitHub, body: z.infer<T>, call: ApiCall) => unknown,
): Route['handle'] {
  return (fake, call) => {
    const { success, data, error } = schema.safeParse(call.body);
    if (success) return { status: 201, body: create(fake, data, call) };
    fake.rejected.push(error.message);
    return { status: 422, body: { message: 'Validation Failed' } };
  };
}

let lastId = 1000;
const nextId = (): number => {
  lastId += 1;
  return lastId;
};
const put = <T>(list: T[], item: T): T => {
  list.push(item);
  return item;
};
const postByBot = (body: string, more: { readonly title?: string; readonly labels?: readonly string[] } = {}): FakePost => {
  const id = nextId();
  return {
    id,
    number: id,
    body,
    user: { login: bot },
    labels: more.labels ?? [],
    ...(more.title === undefined ? {} : { title: more.title }),
  };
};
const replace = (list: readonly FakePost[], key: string, body: string): FakePost | undefined => {
  const text = list.find(({ id }) => id === Number(key));
  if (text !== undefined) text.body = body;
  return text;
};

const routes: readonly Route[] = [
  {
    method: 'POST',
    pattern: /^\/deployments$/,
    handle: validated(requestSchemas.createDeployment, ({ deployments }, body) =>
      put(deployments, { ...body, id: nextId(), sha: body.ref, created_at: new Date().toISOString(), statuses: [] }),
    ),
  },
  {
    method: 'GET',
    pattern: /^\/deployments$/,
    handle: ({ deployments }, { query }) =>
      ok(deployments.filter(({ environment }) => environment === query.get('environment')).toReversed()),
  },
  {
    method: 'POST',
    pattern: /^\/deployments\/(\d+)\/statuses$/,
    handle: validated(requestSchemas.createDeploymentStatus, ({ deployments }, body, { key }) => {
      deployments.find(({ id }) => id === Number(key))?.statuses.push(body);
      return { id: nextId() };
    }),
  },
  {
    method: 'GET',
    pattern: /^\/deployments\/(\d+)\/statuses$/,
    handle: ({ deployments }, { key }) => ok(deployments.find(({ id }) => id === Number(key))?.statuses.toReversed() ?? []),
  },
  {
    method: 'POST',
    pattern: /^\/statuses\/([0-9a-f]{40})$/,
    handle: validated(requestSchemas.createCommitStatus, ({ commitStatuses }, body, { key }) => ({
      id: nextId(),
      ...put(commitStatuses, { ...body, sha: key }),
    })),
  },
  {
    method: 'GET',
    pattern: /^\/commits\/[0-9a-f]{40}\/pulls$/,
    handle: ({ hasPullRequest }) => ok(hasPullRequest ? [{ number: 1, state: 'closed', merged_at: '2026-01-01T00:00:00Z' }] : []),
  },
  { method: 'GET', pattern: /^\/issues\/1\/comments$/, handle: ({ comments }) => ok(comments) },
  {
    method: 'POST',
    pattern: /^\/issues\/1\/comments$/,
    handle: validated(requestSchemas.comment, ({ comments }, { body }) => put(comments, postByBot(body))),
  },
  {
    method: 'PATCH',
    pattern: /^\/issues\/comments\/(\d+)$/,
    handle: validated(requestSchemas.comment, ({ comments }, { body }, { key }) => replace(comments, key, body)),
  },
  {
    method: 'GET',
    pattern: /^\/issues$/,
    handle: ({ issues }, { query }) => ok(issues.filter(({ labels }) => labels.includes(query.get('labels') ?? ''))),
  },
  {
    method: 'POST',
    pattern: /^\/issues$/,
    handle: validated(requestSchemas.createIssue, ({ issues }, body) => put(issues, postByBot(body.body, body))),
  },
  {
    method: 'PATCH',
    pattern: /^\/issues\/(\d+)$/,
    handle: validated(requestSchemas.updateIssue, ({ issues }, { body }, { key }) => replace(issues, key, body)),
  },
  {
    method: 'POST',
    pattern: /^\/graphql$/,
    handle: (_, { body }) =>
      isRecord(body) && String(body.query).includes('viewer') ? ok({ data: { viewer: { login: bot } } }) : ok({ errors: [] }),
  },
];
