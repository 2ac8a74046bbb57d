import { z } from 'zod';
import { parseResponse, type Repository } from './client.ts';
import { maxBodyLength, truncate } from './text.ts';

/** Label of the issue that is opened if the commit has no pull request. */
const label = 'leyenda-deploy';
const markerOf = (environment: string): string => `<!-- leyenda ${environment} -->`;

const viewerResponse = z.object({ viewer: z.object({ login: z.string() }) });
const pullRequests = z.array(z.object({ number: z.number().int(), state: z.string(), merged_at: z.string().nullable() }));
/** Comments or issues. */
const posts = z.array(
  z.object({
    id: z.number().int(),
    number: z.number().int().optional(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullable(),
  }),
);
const created = z.object({ id: z.number().int() });

/**
 * Comments on the pull request of the commit why a release failed, or in one open issue per environment if there is none.
 * Replaces the previous comment, identified by marker and author, because any user can write a marker.
 */
export async function commentOnFailure(github: Repository, environment: string, text: string): Promise<void> {
  const { octokit, owner, repo, sha } = github;
  const marker = markerOf(environment);
  const body = truncate(`${marker}\n${text}`, maxBodyLength);
  const { viewer } = parseResponse(viewerResponse, await octokit.graphql('query { viewer { login } }'));
  const findOwn: FindOwn = (found) => found.find((post) => post.user?.login === viewer.login && post.body?.startsWith(marker));
  const { data: associated } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ owner, repo, commit_sha: sha });
  const candidates = parseResponse(pullRequests, associated);
  const pull = candidates.find(({ state }) => state === 'open') ?? candidates.find(({ merged_at }) => merged_at !== null);
  if (pull === undefined) return await updateIssue(github, environment, body, findOwn);

  const issue_number = pull.number;
  const comments = await octokit.paginate(octokit.rest.issues.listComments, { owner, repo, issue_number, per_page: 100 });
  const previous = findOwn(parseResponse(posts, comments));
  const { data } =
    previous === undefined
      ? await octokit.rest.issues.createComment({ owner, repo, issue_number, body })
      : await octokit.rest.issues.updateComment({ owner, repo, comment_id: previous.id, body });
  parseResponse(created, data);
}

type FindOwn = (found: z.infer<typeof posts>) => z.infer<typeof posts>[number] | undefined;

/** The evidence is the body of the issue: one issue per environment as long as it is open. */
async function updateIssue({ octokit, owner, repo }: Repository, environment: string, body: string, findOwn: FindOwn): Promise<void> {
  const open = await octokit.paginate(octokit.rest.issues.listForRepo, { owner, repo, labels: label, state: 'open', per_page: 100 });
  const number = findOwn(parseResponse(posts, open))?.number;
  const title = `The release to ${environment} failed`;
  const { data } =
    number === undefined
      ? await octokit.rest.issues.create({ owner, repo, title, body, labels: [label] })
      : await octokit.rest.issues.update({ owner, repo, issue_number: number, title, body });
  parseResponse(created, data);
}
