import { z } from 'zod';
import { answered, type Repository } from './client.ts';
import { longestDescription, oneLine } from './text.ts';

export type CommitState = 'pending' | 'success' | 'failure' | 'error';

/** Shows on the commit, and on its pull request, how it fares in an environment. */
export async function setCommitStatus(
  { octokit, owner, repo }: Repository,
  sha: string,
  environment: string,
  status: { readonly state: CommitState; readonly description: string; readonly logUrl?: string | undefined },
): Promise<void> {
  const { data } = await octokit.rest.repos.createCommitStatus({
    owner,
    repo,
    sha,
    context: `leyenda/${environment}`,
    state: status.state,
    description: oneLine(status.description, longestDescription),
    ...(status.logUrl === undefined ? {} : { target_url: status.logUrl }),
  });
  answered(z.object({ id: z.number().int() }), data);
}
