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
  readonly 'github/codeql-action/analyze': { readonly 'security-events': 'write' };
  readonly 'github/codeql-action/upload-sarif': { readonly 'security-events': 'write' };
  readonly 'ossf/scorecard-action': { readonly contents: Access; readonly 'id-token': 'write' };
}

/** The permissions that a job must have to run an action. */
export type PermissionsFor<N extends PinnedAction> = N extends keyof Needed ? Needed[N] : Record<never, never>;
