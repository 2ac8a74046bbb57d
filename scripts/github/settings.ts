import { z } from 'zod';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';

/** What GitHub Actions gives a step as variables, but for the token, which a workflow must hand over itself. */
export const actionsEnvironment = z.object({
  GITHUB_TOKEN: z.string(),
  GITHUB_REPOSITORY: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  GITHUB_SHA: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/),
  GITHUB_API_URL: z.string().refine(isSafe).default('https://api.github.com'),
  GITHUB_SERVER_URL: z.url({ protocol: /^https?$/ }).default('https://github.com'),
  GITHUB_RUN_ID: z.string().regex(/^\d+$/).optional(),
  GITHUB_RUN_ATTEMPT: z.string().regex(/^\d+$/).default('1'),
  GITHUB_REF_NAME: z.string().optional(),
});

export interface GitHubSettings {
  readonly token: string;
  /** Without a slash at its end; GitHub Enterprise Server has one of its own. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** The commit that is told of. */
  readonly sha: string;
  /** Branch or tag. */
  readonly refName?: string;
  /** Page of the workflow run, with its log; not set outside a run. */
  readonly runUrl?: string;
}

/**
 * Reads what is needed to tell GitHub.
 * @throws {Failure} `usage`, naming everything that lacks or is not what GitHub would give, and no value
 */
export function readSettings(env: Context['env']): GitHubSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { success, data, error } = actionsEnvironment.safeParse(given);
  if (!success) throw unusable(given, [...new Set(error.issues.map(({ path }) => String(path[0])))]);
  const [owner = '', repo = ''] = data.GITHUB_REPOSITORY.split('/');
  const run = `${data.GITHUB_SERVER_URL}/${data.GITHUB_REPOSITORY}/actions/runs/${data.GITHUB_RUN_ID}/attempts/${data.GITHUB_RUN_ATTEMPT}`;
  return {
    token: data.GITHUB_TOKEN,
    apiUrl: data.GITHUB_API_URL.replace(/\/$/, ''),
    owner,
    repo,
    sha: data.GITHUB_SHA,
    ...(data.GITHUB_REF_NAME === undefined ? {} : { refName: data.GITHUB_REF_NAME }),
    ...(data.GITHUB_RUN_ID === undefined ? {} : { runUrl: run }),
  };
}

function unusable(given: Context['env'], names: readonly string[]): Failure {
  const list = names.map((name) => (given[name] === undefined ? `${name} is not set` : `${name} is not what GitHub gives`));
  return new Failure(
    'usage',
    `--github cannot tell GitHub: ${list.join(', ')}`,
    'GitHub Actions sets them all but GITHUB_TOKEN: hand it over in the env of the step, or leave --github out',
  );
}

/** A token must not cross a network in the clear. */
function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}
