/** What a release tells whoever listens as it goes on. A listener returns at once and never throws: nothing waits for it. */
export interface Milestones {
  /** It is known what is to be done; the lock comes next. */
  planned(plan: {
    readonly image: string;
    /** That the release gets if nobody else deploys before it. */
    readonly revision: number;
    /** SHA-256 in hex of what is to be changed. */
    readonly hash: string;
  }): void;
  /** The lock is held: from here on the cluster is written to. */
  started(): void;
}
