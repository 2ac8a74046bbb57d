import { Octokit } from '@octokit/rest';
import type { z } from 'zod';
import { product } from '../../contract/product.ts';
import { InvalidResponse } from './retry.ts';
import type { GitHubSettings } from './settings.ts';

/** A repository on GitHub or a GitHub Enterprise Server. */
export interface Repository {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
  readonly sha: string;
}

/** Without it Octokit logs to the console. */
const noopLog = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Every request is aborted after `requestMs`, or by the signal. The queue retries. */
export function connectToGitHub(settings: GitHubSettings, signal: AbortSignal, requestMs: number): Repository {
  const { token, apiUrl, owner, repo, sha } = settings;
  // Not an Octokit hook: hooks do not see the options that another hook changes.
  const fetchWithTimeout: typeof fetch = (input, init) =>
    fetch(input, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]) });
  const request = { fetch: fetchWithTimeout };
  const octokit = new Octokit({ auth: token, baseUrl: apiUrl, userAgent: `leyenda ${product.name}`, log: noopLog, request });
  return { octokit, owner, repo, sha };
}

/** @throws {InvalidResponse} if the body does not match the schema */
export function parseResponse<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const { success, data } = schema.safeParse(body);
  if (!success) throw new InvalidResponse('the response of GitHub has an unexpected format');
  return data;
}
