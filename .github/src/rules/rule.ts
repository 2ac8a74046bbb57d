import type { Job, Step, WorkflowFile } from './model.ts';

/** What the rules check. */
export interface Repository {
  /** The files in `.github/workflows`: name → text. */
  readonly committed: ReadonlyMap<string, string>;
  /** The files as their sources render them. */
  readonly rendered: ReadonlyMap<string, string>;
  /** The text of `.github/dependabot.yml`. */
  readonly updateBot: string;
  readonly workflows: readonly WorkflowFile[];
}
/** A violation and its place. */
export interface Finding {
  /** The name of a file in `.github/workflows`, or `../dependabot.yml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}
export interface Rule {
  readonly description: string;
  /** All violations of the rule. */
  readonly violations: (repository: Repository) => readonly Finding[];
}

/** A violation; default of `line`: the first line of the checked workflow, job or step. */
export interface Violation {
  readonly text: string;
  readonly line?: number;
}

/** A rule that checks each workflow. */
export const forEachWorkflow = (description: string, check: (workflow: WorkflowFile) => readonly Violation[]): Rule => ({
  description,
  violations: ({ workflows }) =>
    workflows.flatMap((workflow) => check(workflow).map(({ text, line = 1 }) => ({ file: workflow.file, line, text }))),
});

/** A rule that checks each job. */
export const forEachJob = (description: string, check: (job: Job, workflow: WorkflowFile, id: string) => readonly Violation[]): Rule =>
  forEachWorkflow(description, (workflow) =>
    Object.entries(workflow.jobs).flatMap(([id, job]) => check(job, workflow, id).map((violation) => inJob(workflow, id, violation))),
  );

/** A rule that checks each step. */
export const forEachStep = (description: string, check: (step: Step, job: Job, workflow: WorkflowFile) => readonly Violation[]): Rule =>
  forEachJob(description, (job, workflow, id) =>
    job.steps.flatMap((step, index) => check(step, job, workflow).map((violation) => inStep(workflow, id, index, violation))),
  );

/** Adds the job to a violation. */
export const inJob = ({ lineOf }: WorkflowFile, id: string, { text, line = lineOf(['jobs', id]) }: Violation): Violation => ({
  text: `${id}: ${text}`,
  line,
});

/** Adds the line of the step to a violation. */
export const inStep = ({ lineOf }: WorkflowFile, id: string, index: number, violation: Violation): Violation => ({
  line: lineOf(['jobs', id, 'steps', index]),
  ...violation,
});

/** One violation if the condition is true. */
export const violationIf = (condition: boolean, text: string, line?: number): readonly Violation[] =>
  condition ? [line === undefined ? { text } : { text, line }] : [];
