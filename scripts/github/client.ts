import { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { product } from '../../contract/product.ts';
import { InvalidResponse } from './retry.ts';
import type { GitHubSettings } from './settings.ts';

/** One repository on GitHub, or on a GitHub Enterprise Server. */
export interface Repository {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
  readonly sha: string;
}

/** Octokit would write what it meets to the console. */
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Every request ends after `requestMs`, or with the signal. Retries are the queue's. */
export function connectToGitHub(settings: GitHubSettings, signal: AbortSignal, requestMs: number): Repository {
  const { token, apiUrl, owner, repo, sha } = settings;
  // Not a hook: Octokit's hooks do not hear of what another one changes.
  const bounded: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]) });
  const request = { fetch: bounded };
  const octokit = new Octokit({ auth: token, baseUrl: apiUrl, userAgent: `leyenda ${product.name}`, log: silent, request });
  return { octokit, owner, repo, sha };
}

/** @throws {InvalidResponse} where an answer is not what GitHub promises */
export function parseResponse<T extends z.ZodType>(schema: T, data: unknown): z.infer<T> {
  const { success, data: checked } = schema.safeParse(data);
  if (!success) throw new InvalidResponse('GitHub answered something unknown');
  return checked;
}
