type Access = 'read' | 'write';

/** What a job's token may do; what is not named, it may not. */
export interface Permissions {
  readonly actions?: Access;
  readonly attestations?: Access;
  readonly contents?: Access;
  readonly packages?: Access;
  readonly 'security-events'?: Access;
  /** Proves to others who runs: for signing and for logins. */
  readonly 'id-token'?: 'write';
}
