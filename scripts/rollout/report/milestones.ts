/** Callbacks about the progress of a release. They must return at once and not throw. */
export interface Milestones {
  /** The plan is made; the lock is taken next. */
  planned(plan: {
    readonly image: string;
    /** Revision of the release if no other deploy comes first. */
    readonly revision: number;
    /** SHA-256 of the planned changes in hex. */
    readonly hash: string;
  }): void;
  /** The lock is held: writes to the cluster start. */
  started(): void;
}
