import { z } from 'zod';
import { parseResponse, type Repository } from './client.ts';
import { maxDescriptionLength, truncatedLine } from './text.ts';

export type DeploymentState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** The release of a Deployment, for readers of the API. */
export interface Payload {
  readonly by: typeof author;
  /** Identifies the attempt: a retry finds the Deployment whose response was lost. */
  readonly key: string;
  /** Of the image; absent if the rollback found no earlier release. */
  readonly digest?: string;
  /** SHA-256 of the planned changes, in hex. */
  readonly plan?: string;
  /** Expected revision. */
  readonly revision?: number;
  readonly actor: string;
  /** Branch or tag. */
  readonly ref?: string;
}
/** Distinguishes these Deployments from those that GitHub creates for the jobs of a workflow. */
export const author = 'leyenda';

export interface NewDeployment {
  readonly task: 'deploy' | 'rollback';
  readonly environment: string;
  readonly description: string;
  readonly payload: Payload;
}

const created = z.object({ id: z.number().int() });
/** GitHub returns a payload as it was sent, or as text. */
const deploymentList = z.array(z.object({ id: z.number().int(), sha: z.string(), created_at: z.iso.datetime(), payload: z.unknown() }));
const statuses = z.array(z.object({ state: z.string() }));

export interface DeploymentRef {
  readonly id: number;
  readonly sha: string;
}

/**
 * Creates a Deployment of exactly the commit, without a merge and without waiting for other statuses.
 * For a rollback that is the commit of the earlier Deployment of the image, because the commit of the run is newer.
 * @param isRetry an earlier attempt may have succeeded, so its Deployment is searched first
 */
export async function createDeployment(github: Repository, deployment: NewDeployment, isRetry: boolean): Promise<DeploymentRef> {
  const { octokit, owner, repo } = github;
  const { task, environment, payload } = deployment;
  const earlier = isRetry || task === 'rollback' ? await listOwnDeployments(github, environment) : [];
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
  return { id: parseResponse(created, data).id, sha };
}

export interface DeploymentStatus {
  readonly state: DeploymentState;
  readonly description: string;
  /** Page with the log. */
  readonly logUrl?: string | undefined;
  /** URL of the service. */
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
    // Earlier Deployments become inactive only when this one serves.
    auto_inactive: status.state === 'success',
  });
  parseResponse(created, data);
}

const hourMs = 3_600_000;
/** Minimum age of an abandoned Deployment in each state, if this process holds the lock: a queued one may still wait for the lock. */
const abandonedAfterMs: Readonly<Record<string, number>> = { in_progress: 0, queued: 24 * hourMs };

/** Sets the error state of earlier deploys that died. Call it only as the holder of the lock. */
export async function closeAbandonedDeployments(github: Repository, environment: string, current: number, nowMs: number): Promise<void> {
  const { octokit, owner, repo } = github;
  const earlier = (await listOwnDeployments(github, environment)).filter(({ id }) => id < current).slice(0, 10);
  for (const { id, createdMs } of earlier) {
    const { data } = await octokit.rest.repos.listDeploymentStatuses({ owner, repo, deployment_id: id, per_page: 1 });
    const state = parseResponse(statuses, data)[0]?.state ?? 'queued';
    if (nowMs - createdMs < (abandonedAfterMs[state] ?? Number.POSITIVE_INFINITY)) continue;
    await addStatus(github, id, { state: 'error', description: 'the deploy died without a result' });
  }
}

/** The Deployments of this tool in an environment, newest first, of the last 100. */
async function listOwnDeployments({ octokit, owner, repo }: Repository, environment: string) {
  const { data } = await octokit.rest.repos.listDeployments({ owner, repo, environment, per_page: 100 });
  return parseResponse(deploymentList, data).flatMap(({ id, sha, created_at, payload }) => {
    const own = ownPayload.safeParse(typeof payload === 'string' ? parseJson(payload) : payload);
    return own.success ? [{ id, sha, createdMs: Date.parse(created_at), ...own.data }] : [];
  });
}

const ownPayload = z.object({ by: z.literal(author), key: z.string(), digest: z.string().optional() });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
