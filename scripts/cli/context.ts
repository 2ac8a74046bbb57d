import type { Output } from './output.ts';

export interface Context {
  readonly out: Output;
  /** Aborted by SIGINT or SIGTERM: stop, release the lock, and report the state. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a handler receives in addition to its arguments. */
export interface CommandContext<Document extends object = object> extends Context {
  readonly out: Output<Document>;
  /** Loads the workflow source, which imports the commands and so cannot be imported by one. */
  readonly loadWorkflows: () => Promise<WorkflowFiles>;
}

export interface Finding {
  /** From the root of the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The checker, or the rule by its number: `rule 7`. */
  readonly checker: string;
  readonly text: string;
}
export interface CheckReport {
  readonly checker: string;
  readonly findings: readonly Finding[];
  /** Why the checker did not run. */
  readonly skipped?: string;
}

/** The files in `.github/workflows`; `root` is the folder of the repository. */
export interface WorkflowFiles {
  checkWorkflows(root: string): Promise<readonly CheckReport[]>;
  /** Writes every file that differs from its source and removes files without a source. @returns paths from the root */
  writeWorkflows(root: string): Promise<{ readonly written: readonly string[]; readonly removed: readonly string[] }>;
}
