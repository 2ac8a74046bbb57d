import type { PinnedAction } from './pins.ts';

export type Access = 'read' | 'write';

/** What a job's token may do; what is not named, it may not. */
export interface Permissions {
  readonly actions?: Access;
  readonly attestations?: Access;
  readonly contents?: Access;
  /** GitHub's record of what was deployed where. */
  readonly deployments?: Access;
  readonly packages?: Access;
  readonly 'pull-requests'?: Access;
  readonly 'security-events'?: Access;
  /** The marks on a commit. */
  readonly statuses?: Access;
  /** Proves to others who runs: for signing and for logins. */
  readonly 'id-token'?: 'write';
}

/** What an action does with the job's token, by its own documentation; an action that is not named does without. */
interface Needed {
  readonly 'actions/attest': { readonly 'id-token': 'write'; readonly attestations: 'write' };
  readonly 'actions/checkout': { readonly contents: Access };
  readonly 'actions/dependency-review-action': { readonly contents: Access };
  /** The one registry is GitHub's own. */
  readonly 'docker/login-action': { readonly packages: Access };
  readonly 'github/codeql-action/analyze': { readonly 'security-events': 'write' };
  readonly 'github/codeql-action/upload-sarif': { readonly 'security-events': 'write' };
  readonly 'ossf/scorecard-action': { readonly contents: Access; readonly 'id-token': 'write' };
}

/** The rights that a job must have to run an action. */
export type PermissionsFor<N extends PinnedAction> = N extends keyof Needed ? Needed[N] : Record<never, never>;
