import type { PinnedAction } from './pins.ts';

export type Access = 'read' | 'write';

/** Permissions of the token of a job; all others are denied. */
export interface Permissions {
  readonly actions?: Access;
  readonly attestations?: Access;
  readonly contents?: Access;
  /** The deployments in the environments of the repository. */
  readonly deployments?: Access;
  readonly packages?: Access;
  readonly 'pull-requests'?: Access;
  readonly 'security-events'?: Access;
  /** Commit statuses. */
  readonly statuses?: Access;
  /** OIDC tokens, for signing and logins. */
  readonly 'id-token'?: 'write';
}

/** Permissions that actions need according to their documentation; others need none. */
interface Needed {
  readonly 'actions/attest': { readonly 'id-token': 'write'; readonly attestations: 'write' };
  readonly 'actions/checkout': { readonly contents: Access };
  readonly 'actions/dependency-review-action': { readonly contents: Access };
  /** For the registry of GitHub, the only one in use. */
  readonly 'docker/login-action': { readonly packages: Access };
  readonly 'aws-actions/configure-aws-credentials': { readonly 'id-token': 'write' };
  readonly 'github/codeql-action/analyze': { readonly 'security-events': 'write'; readonly actions: 'read' };
  readonly 'github/codeql-action/upload-sarif': { readonly 'security-events': 'write'; readonly actions: 'read' };
  readonly 'google-github-actions/auth': { readonly 'id-token': 'write' };
  readonly 'ossf/scorecard-action': { readonly contents: Access; readonly 'id-token': 'write' };
}

/** The permissions that a job must have to run an action. */
export type PermissionsFor<N extends PinnedAction> = N extends keyof Needed ? Needed[N] : Record<never, never>;

/** Why a job needs a permission: a comment in the files. Reading the repository needs no reason. */
export const permissionReasons: Readonly<Record<string, string>> = {
  'actions: read': 'to upload findings of a private repository',
  'attestations: write': 'to store attestations',
  'deployments: write': 'to report the release',
  'id-token: write': 'to prove the identity of this job',
  'packages: read': 'to pull the image',
  'packages: write': 'to push the image',
  'security-events: write': 'to upload findings',
  'statuses: write': 'to report the release on its commit',
};
