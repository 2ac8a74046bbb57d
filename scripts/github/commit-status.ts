import { z } from 'zod';
import { parseResponse, type Repository } from './client.ts';
import { maxDescriptionLength, truncatedLine } from './text.ts';

export type CommitState = 'pending' | 'success' | 'failure' | 'error';

/** Sets the status of an environment on the commit, which its pull request shows too. */
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
    description: truncatedLine(status.description, maxDescriptionLength),
    ...(status.logUrl === undefined ? {} : { target_url: status.logUrl }),
  });
  parseResponse(z.object({ id: z.number().int() }), data);
}
