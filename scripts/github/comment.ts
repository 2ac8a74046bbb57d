import { z } from 'zod';
import { parseResponse, type Repository } from './client.ts';
import { maxBodyLength, truncate } from './text.ts';

/** Of an issue that is opened where the commit has no pull request. */
const label = 'leyenda-deploy';
const markerOf = (environment: string): string => `<!-- leyenda ${environment} -->`;

const pullRequests = z.array(z.object({ number: z.number().int(), state: z.string(), merged_at: z.string().nullable() }));
const texts = z.array(
  z.object({
    id: z.number().int(),
    number: z.number().int().optional(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullable(),
  }),
);
const made = z.object({ id: z.number().int() });

/**
 * Says why a release failed where its author looks: on the pull request that the commit came by, else in one open issue an environment.
 * What was said there before is replaced; it is found by its marker and by who wrote it, for anybody can write a marker.
 */
export async function commentOnFailure(github: Repository, environment: string, text: string): Promise<void> {
  const { octokit, owner, repo, sha } = github;
  const marker = markerOf(environment);
  const body = truncate(`${marker}\n${text}`, maxBodyLength);
  const { viewer } = parseResponse(
    z.object({ viewer: z.object({ login: z.string() }) }),
    await octokit.graphql('query { viewer { login } }'),
  );
  const own = (found: z.infer<typeof texts>) => found.find((one) => one.user?.login === viewer.login && one.body?.startsWith(marker));
  const { data: associated } = await octokit.rest.repos.listPullRequestsAssociatedWithCommit({ owner, repo, commit_sha: sha });
  const candidates = parseResponse(pullRequests, associated);
  const pull = candidates.find(({ state }) => state === 'open') ?? candidates.find(({ merged_at }) => merged_at !== null);
  if (pull === undefined) return await keepIssue(github, environment, body, own);

  const issue_number = pull.number;
  const all = await octokit.paginate(octokit.rest.issues.listComments, { owner, repo, issue_number, per_page: 100 });
  const earlier = own(parseResponse(texts, all));
  const { data } =
    earlier === undefined
      ? await octokit.rest.issues.createComment({ owner, repo, issue_number, body })
      : await octokit.rest.issues.updateComment({ owner, repo, comment_id: earlier.id, body });
  parseResponse(made, data);
}

type FindOwn = (found: z.infer<typeof texts>) => z.infer<typeof texts>[number] | undefined;

/** The evidence is the issue's own text: one issue an environment as long as somebody leaves it open. */
async function keepIssue({ octokit, owner, repo }: Repository, environment: string, body: string, own: FindOwn): Promise<void> {
  const all = await octokit.paginate(octokit.rest.issues.listForRepo, { owner, repo, labels: label, state: 'open', per_page: 100 });
  const number = own(parseResponse(texts, all))?.number;
  const title = `The release to ${environment} failed`;
  const { data } =
    number === undefined
      ? await octokit.rest.issues.create({ owner, repo, title, body, labels: [label] })
      : await octokit.rest.issues.update({ owner, repo, issue_number: number, title, body });
  parseResponse(made, data);
}
