import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { Job } from '../../.github/src/layer/job.ts';
import { at, textAt } from '../values/json.ts';

export interface TokenService {
  readonly url: string;
  /** ACTIONS_ID_TOKEN_REQUEST_TOKEN of the jobs. */
  readonly secret: string;
  close(): Promise<void>;
}

/**
 * The endpoint where a job requests its OIDC token. Like GitHub's, it has a token only for jobs with `id-token: write`.
 * @param issue returns the token of a job in this GitHub environment
 */
export async function startTokenService(
  jobs: readonly Job<string>[],
  issue: (environment: string) => Promise<string>,
): Promise<TokenService> {
  const secret = randomBytes(16).toString('hex');
  const server = createServer(async ({ url = '', headers }, response) => {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (headers.authorization !== `Bearer ${secret}`) return reply(401, { message: 'unknown token' });
    const id = new URL(url, 'http://localhost').searchParams.get('job');
    const job = jobs.find((each) => each.id === id)?.rendered;
    if (textAt(job, 'permissions', 'id-token') !== 'write') return reply(403, { message: `the job ${id} has no id-token: write` });
    const environment = textAt(job, 'environment', 'name') ?? textAt(job, 'environment');
    if (environment === undefined) return reply(403, { message: `the job ${id} has no environment` });
    return issue(environment).then(
      (value) => reply(200, { value }),
      (error: unknown) => reply(500, { message: String(error) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${at(server.address(), 'port')}/token`,
    secret,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
