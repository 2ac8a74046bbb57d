import type { Job } from '../../.github/src/layer/job.ts';
import { pins } from '../../.github/src/layer/pins.ts';
import { registryHost } from '../../contract/product.ts';
import { listAt, textAt } from '../values/json.ts';
import { shims } from './shims.ts';

/** A line for each action that the jobs use: its release, and what the rehearsal does instead. */
export function replacedActions(jobs: readonly Job<string>[]): readonly string[] {
  const used = new Set(
    jobs.flatMap(({ rendered }) => listAt(rendered, 'steps').flatMap((step) => textAt(step, 'uses')?.split('@')[0] ?? [])),
  );
  return Object.entries(shims)
    .filter(([action]) => used.has(action))
    .map(([action, { instead }]) => `${action} ${versionOf(action)}: ${instead}`);
}

const versionOf = (action: string): string => Object.entries(pins).find(([name]) => name === action)?.[1].version ?? '';

/** Programs of run steps that the rehearsal replaces. */
export const replacedPrograms: readonly string[] = [
  `skopeo: ${registryHost} is the local registry`,
  'cosign: a key instead of the identity of the job; nothing is logged publicly',
  'sudo apt-get: installs nothing, checks that the packages are there',
];

/** Where act and the rehearsal differ from GitHub. */
export const differences: readonly string[] = [
  'jobs run on this machine, one folder each, without a fresh system; time limits apply, concurrency groups do not',
  'permissions of GITHUB_TOKEN are not enforced; id-token: write is',
  'the signature is checked against a key, not against the name of the workflow',
  '`deployment: false` of environments is removed from the files that act reads, because it does not know it',
  'environments have no reviewers and share their variables; jobs that need service containers or kind do not run',
  'the job has the token of a ServiceAccount of the cluster instead of a token of GitHub',
  'staging and production are the environments in scripts/rehearsal/environments.ts, which need no operators',
];
