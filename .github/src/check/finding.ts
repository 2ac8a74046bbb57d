/** What a judge of the workflow files found. */
export interface Finding {
  /** From the root of the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The judge, or the rule by its number: `rule 7`. */
  readonly checker: string;
  readonly text: string;
}
/** What one judge says; `skipped`: why it did not look. */
export interface CheckReport {
  readonly checker: string;
  readonly findings: readonly Finding[];
  readonly skipped?: string;
}

/** Where GitHub looks for workflows. */
export const workflowFolder = '.github/workflows';
