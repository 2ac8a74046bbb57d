import { z } from 'zod';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';

/** Variables of a step in GitHub Actions; the workflow must pass GITHUB_TOKEN explicitly. */
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
  /** Without a trailing slash; differs on GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  /** The deployed commit. */
  readonly sha: string;
  /** Branch or tag. */
  readonly refName?: string;
  /** Page of the workflow run with its log; undefined outside of a run. */
  readonly runUrl?: string;
}

/**
 * Reads the settings of the GitHub API.
 * @throws {Failure} `usage` with the name of every missing or invalid variable, without values
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
  const list = names.map((name) => (given[name] === undefined ? `${name} is not set` : `${name} is invalid`));
  return new Failure(
    'usage',
    `--github cannot report to GitHub: ${list.join(', ')}`,
    'GitHub Actions sets all but GITHUB_TOKEN: pass it in the env of the step, or omit --github',
  );
}

/** Plain http is for this machine only, because requests carry the token. */
function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));
}
