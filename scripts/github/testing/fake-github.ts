import { createServer, type IncomingMessage } from 'node:http';
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
interface FakeText {
  readonly id: number;
  readonly number: number;
  readonly title?: string;
  body: string;
  readonly labels: readonly string[];
  readonly user: { readonly login: string };
}

/** The part of GitHub that the release tool tells of its releases: a real server that refuses what GitHub would refuse. */
export interface FakeGitHub {
  readonly url: string;
  /** Oldest first. */
  readonly deployments: FakeDeployment[];
  readonly commitStatuses: (Body<'createCommitStatus'> & { readonly sha: string })[];
  readonly issues: FakeText[];
  /** Of pull request 1. */
  readonly comments: FakeText[];
  /** Bodies and callers that were refused, and why. */
  readonly rejected: string[];
  readonly requests: string[];
  /** Whether the commit came by a pull request. */
  hasPullRequest: boolean;
  /** What happens to the next requests instead, in this order. */
  readonly faults: Fault[];
  /** What happens to every request. */
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
    const trouble = fake.faults.shift() ?? fake.permanentFault;
    const body = await bodyOf(request);
    const answer = trouble === undefined || trouble === 'lost' ? answerTo(fake, request, body) : undefined;
    if (trouble !== undefined) return injectFault(trouble, response);
    response.writeHead(answer?.status ?? 500, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer?.body));
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
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
const ok = (body: unknown): Answer => ({ status: 200, body });

function answerTo(fake: FakeGitHub, request: IncomingMessage, body: unknown): Answer {
  if (request.headers.authorization !== `token ${token}` && request.headers.authorization !== `bearer ${token}`) {
    fake.rejected.push(`${request.method} ${request.url}: no token`);
    return { status: 401, body: { message: 'Bad credentials' } };
  }
  const { pathname, searchParams } = new URL(request.url ?? '', fake.url);
  const path = pathname.replace(repository, '');
  const found = routes
    .map(({ method, pattern, answer }) => (method === request.method ? { answer, match: pattern.exec(path) } : undefined))
    .find((route) => route?.match);
  if (found === undefined) return { status: 404, body: { message: 'Not Found' } };
  return found.answer(fake, { body, key: found.match?.[1] ?? '', query: searchParams });
}

interface Asked {
  readonly body: unknown;
  readonly key: string;
  readonly query: URLSearchParams;
}
interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly pattern: RegExp;
  readonly answer: (fake: FakeGitHub, asked: Asked) => Answer;
}

/** Does what is asked where the body is as GitHub requires it. */
function taking<T extends z.ZodType>(requirement: T, act: (fake: FakeGitHub, body: z.infer<T>, asked: Asked) => unknown): Route['answer'] {
  return (fake, asked) => {
    const { success, data, error } = requirement.safeParse(asked.body);
    if (success) return { status: 201, body: act(fake, data, asked) };
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
const byUs = (body: string, more: { readonly title?: string; readonly labels?: readonly string[] } = {}): FakeText => {
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
const replace = (list: readonly FakeText[], key: string, body: string): FakeText | undefined => {
  const text = list.find(({ id }) => id === Number(key));
  if (text !== undefined) text.body = body;
  return text;
};

const routes: readonly Route[] = [
  {
    method: 'POST',
    pattern: /^\/deployments$/,
    answer: taking(requestSchemas.createDeployment, ({ deployments }, body) =>
      put(deployments, { ...body, id: nextId(), sha: body.ref, created_at: new Date().toISOString(), statuses: [] }),
    ),
  },
  {
    method: 'GET',
    pattern: /^\/deployments$/,
    answer: ({ deployments }, { query }) =>
      ok(deployments.filter(({ environment }) => environment === query.get('environment')).toReversed()),
  },
  {
    method: 'POST',
    pattern: /^\/deployments\/(\d+)\/statuses$/,
    answer: taking(requestSchemas.createDeploymentStatus, ({ deployments }, body, { key }) => {
      deployments.find(({ id }) => id === Number(key))?.statuses.push(body);
      return { id: nextId() };
    }),
  },
  {
    method: 'GET',
    pattern: /^\/deployments\/(\d+)\/statuses$/,
    answer: ({ deployments }, { key }) => ok(deployments.find(({ id }) => id === Number(key))?.statuses.toReversed() ?? []),
  },
  {
    method: 'POST',
    pattern: /^\/statuses\/([0-9a-f]{40})$/,
    answer: taking(requestSchemas.createCommitStatus, ({ commitStatuses }, body, { key }) => ({
      id: nextId(),
      ...put(commitStatuses, { ...body, sha: key }),
    })),
  },
  {
    method: 'GET',
    pattern: /^\/commits\/[0-9a-f]{40}\/pulls$/,
    answer: ({ hasPullRequest }) => ok(hasPullRequest ? [{ number: 1, state: 'closed', merged_at: '2026-01-01T00:00:00Z' }] : []),
  },
  { method: 'GET', pattern: /^\/issues\/1\/comments$/, answer: ({ comments }) => ok(comments) },
  {
    method: 'POST',
    pattern: /^\/issues\/1\/comments$/,
    answer: taking(requestSchemas.comment, ({ comments }, { body }) => put(comments, byUs(body))),
  },
  {
    method: 'PATCH',
    pattern: /^\/issues\/comments\/(\d+)$/,
    answer: taking(requestSchemas.comment, ({ comments }, { body }, { key }) => replace(comments, key, body)),
  },
  {
    method: 'GET',
    pattern: /^\/issues$/,
    answer: ({ issues }, { query }) => ok(issues.filter(({ labels }) => labels.includes(query.get('labels') ?? ''))),
  },
  {
    method: 'POST',
    pattern: /^\/issues$/,
    answer: taking(requestSchemas.createIssue, ({ issues }, body) => put(issues, byUs(body.body, body))),
  },
  {
    method: 'PATCH',
    pattern: /^\/issues\/(\d+)$/,
    answer: taking(requestSchemas.updateIssue, ({ issues }, { body }, { key }) => replace(issues, key, body)),
  },
  {
    method: 'POST',
    pattern: /^\/graphql$/,
    answer: (_, { body }) =>
      isRecord(body) && String(body.query).includes('viewer') ? ok({ data: { viewer: { login: bot } } }) : ok({ errors: [] }),
  },
];
