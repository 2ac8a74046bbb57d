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
  readonly loadRehearsal: () => Promise<RehearsalRunner>;
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

export interface RehearsalOptions {
  /** Name of the file without `.yml`. */
  readonly workflow: string;
  /** Address of a registry without TLS, from which the cluster pulls ghcr.io. */
  readonly registry: string;
  /** Sets no variable, as in a new fork. */
  readonly freshFork: boolean;
  /** Adds a commit whose service passes its tests and crashes on a cluster. */
  readonly badCommit: boolean;
  /** Jobs that do nothing and succeed. */
  readonly without: readonly string[];
}
/** The result of a workflow that ran on this machine. */
export interface Rehearsal {
  readonly workflow: string;
  readonly commit: string;
  readonly jobs: readonly RehearsedJob[];
  /** What ran in place of each action and program. */
  readonly replaced: readonly string[];
  /** Where the run differs from one on GitHub. */
  readonly differences: readonly string[];
  /** What steps left out on this machine. */
  readonly notRun: readonly string[];
  /** Notices of the workflow. */
  readonly notices: readonly string[];
  /** The states of each Deployment on the fake GitHub. */
  readonly deployments: readonly string[];
}
export interface RehearsedJob {
  readonly job: string;
  /** success, failure, skipped, or `not run`: its steps were left out */
  readonly result: string;
  readonly seconds: number;
  readonly steps: readonly RehearsedStep[];
}
export interface RehearsedStep {
  readonly step: string;
  readonly result: string;
  readonly seconds: number;
}

/** Runs a workflow on this machine. */
export interface RehearsalRunner {
  rehearse(options: RehearsalOptions, context: Context): Promise<Rehearsal>;
}
