import { z } from 'zod';
import { parseResponse, type Repository } from './client.ts';
import { maxDescriptionLength, truncatedLine } from './text.ts';

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** What a Deployment says of the release beyond its commit; whoever reads the API can follow a release by it. */
export interface Payload {
  readonly by: typeof author;
  /** Of this one attempt: tells whether a try whose answer was lost has come through. */
  readonly key: string;
  /** Of the image; not known where an earlier release could not be chosen. */
  readonly digest?: string;
  /** SHA-256 of what is to be changed, in hex. */
  readonly plan?: string;
  /** That the release is expected to get. */
  readonly revision?: number;
  readonly actor: string;
  /** Branch or tag. */
  readonly ref?: string;
}
/** Marks Deployments as ours: those that GitHub makes for the jobs of a workflow are left alone. */
export const author = 'leyenda';

export interface NewDeployment {
  readonly task: 'deploy' | 'rollback';
  readonly environment: string;
  readonly description: string;
  readonly payload: Payload;
}

const made = z.object({ id: z.number().int() });
/** GitHub gives a payload back as it was sent, or as text. */
const listed = z.array(z.object({ id: z.number().int(), sha: z.string(), created_at: z.iso.datetime(), payload: z.unknown() }));
const statuses = z.array(z.object({ state: z.string() }));

export interface DeploymentRef {
  readonly id: number;
  readonly sha: string;
}

/**
 * Creates a Deployment of the commit as it is: no merge, and no other status is waited for, for whoever deploys has decided.
 * What a rollback brings back is the commit that its image was deployed for, as far as GitHub remembers; the run's own is newer.
 * @param again whether an earlier try may have come through: then it is looked for first
 */
export async function createDeployment(github: Repository, deployment: NewDeployment, again: boolean): Promise<DeploymentRef> {
  const { octokit, owner, repo } = github;
  const { task, environment, payload } = deployment;
  const earlier = again || task === 'rollback' ? await ourDeployments(github, environment) : [];
  const same = earlier.find(({ key }) => key === payload.key);
  if (same !== undefined) return same;
  const before = task === 'rollback' ? earlier.find(({ digest }) => digest !== undefined && digest === payload.digest) : undefined;
  const sha = before?.sha ?? github.sha;
  const { data } = await octokit.rest.repos.createDeployment({
    owner,
    repo,
    ref: sha,
    task,
    environment,
    description: truncatedLine(deployment.description, maxDescriptionLength),
    payload: { ...payload },
    auto_merge: false,
    required_contexts: [],
    transient_environment: false,
    production_environment: environment === 'production',
  });
  return { id: parseResponse(made, data).id, sha };
}

export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  /** Page with the log. */
  readonly logUrl?: string | undefined;
  /** Where the service is reached. */
  readonly environmentUrl?: string | undefined;
}

export async function addStatus({ octokit, owner, repo }: Repository, id: number, status: DeploymentStatus): Promise<void> {
  const { data } = await octokit.rest.repos.createDeploymentStatus({
    owner,
    repo,
    deployment_id: id,
    state: status.state,
    description: truncatedLine(status.description, maxDescriptionLength),
    ...(status.logUrl === undefined ? {} : { log_url: status.logUrl }),
    ...(status.environmentUrl === undefined ? {} : { environment_url: status.environmentUrl }),
    // What served before is inactive once this one serves, and not before.
    auto_inactive: status.state === 'success',
  });
  parseResponse(made, data);
}

const hourMs = 3_600_000;
/** Age from which a Deployment in this state has nobody who works on it, given that we hold the lock: one that waits for it may live. */
const deadAfterMs: Readonly<Record<string, number>> = { in_progress: 0, queued: 24 * hourMs };

/** Tells of earlier deploys of ours that died and could not say so themselves. To be called by the holder of the lock only. */
export async function closeAbandonedDeployments(github: Repository, environment: string, current: number, nowMs: number): Promise<void> {
  const { octokit, owner, repo } = github;
  const earlier = (await ourDeployments(github, environment)).filter(({ id }) => id < current).slice(0, 10);
  for (const { id, createdMs } of earlier) {
    const { data } = await octokit.rest.repos.listDeploymentStatuses({ owner, repo, deployment_id: id, per_page: 1 });
    const state = parseResponse(statuses, data)[0]?.state ?? 'queued';
    if (nowMs - createdMs < (deadAfterMs[state] ?? Number.POSITIVE_INFINITY)) continue;
    await addStatus(github, id, { state: 'error', description: 'this deploy died before it could tell how it ended' });
  }
}

/** Those of an environment that are ours, newest first; as many as GitHub tells at once. */
async function ourDeployments({ octokit, owner, repo }: Repository, environment: string) {
  const { data } = await octokit.rest.repos.listDeployments({ owner, repo, environment, per_page: 100 });
  return parseResponse(listed, data).flatMap(({ id, sha, created_at, payload }) => {
    const ours = ownPayload.safeParse(typeof payload === 'string' ? parsed(payload) : payload);
    return ours.success ? [{ id, sha, createdMs: Date.parse(created_at), ...ours.data }] : [];
  });
}

const ownPayload = z.object({ by: z.literal(author), key: z.string(), digest: z.string().optional() });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
