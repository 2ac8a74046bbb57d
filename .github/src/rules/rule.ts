import type { Job, Step, WorkflowFile } from './model.ts';

/** What the rules judge. */
export interface Repository {
  /** What stands in `.github/workflows`: name → text. */
  readonly committed: ReadonlyMap<string, string>;
  /** What should stand there. */
  readonly rendered: ReadonlyMap<string, string>;
  /** The text of `.github/dependabot.yml`. */
  readonly updateBot: string;
  readonly workflows: readonly WorkflowFile[];
}
/** What breaks a rule. */
export interface Finding {
  /** The name of a file in `.github/workflows`, or `../dependabot.yml`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}
export interface Rule {
  readonly description: string;
  /** Everything that breaks the rule; empty when it holds. */
  readonly violations: (repository: Repository) => readonly Finding[];
}

/** What a rule complains of; `line` where it knows better than the part that it looks at begins. */
export interface Violation {
  readonly text: string;
  readonly line?: number;
}

/** A rule over each workflow by itself. */
export const forEachWorkflow = (says: string, broken: (workflow: WorkflowFile) => readonly Violation[]): Rule => ({
  description: says,
  violations: ({ workflows }) =>
    workflows.flatMap((workflow) => broken(workflow).map(({ text, line = 1 }) => ({ file: workflow.file, line, text }))),
});

/** A rule over each job by itself. */
export const forEachJob = (says: string, broken: (job: Job, workflow: WorkflowFile, id: string) => readonly Violation[]): Rule =>
  forEachWorkflow(says, (workflow) =>
    Object.entries(workflow.jobs).flatMap(([id, job]) => broken(job, workflow, id).map((complaint) => inJob(workflow, id, complaint))),
  );

/** A rule over each step by itself. */
export const forEachStep = (says: string, broken: (step: Step, job: Job, workflow: WorkflowFile) => readonly Violation[]): Rule =>
  forEachJob(says, (job, workflow, id) =>
    job.steps.flatMap((step, index) => broken(step, job, workflow).map((complaint) => inStep(workflow, id, index, complaint))),
  );

/** The complaint with the job it is about. */
export const inJob = ({ lineOf }: WorkflowFile, id: string, { text, line = lineOf(['jobs', id]) }: Violation): Violation => ({
  text: `${id}: ${text}`,
  line,
});

/** The complaint with the line of the step it is about. */
export const inStep = ({ lineOf }: WorkflowFile, id: string, index: number, complaint: Violation): Violation => ({
  line: lineOf(['jobs', id, 'steps', index]),
  ...complaint,
});

/** The complaint where the condition holds, else none. */
export const violationIf = (condition: boolean, text: string, line?: number): readonly Violation[] =>
  condition ? [line === undefined ? { text } : { text, line }] : [];
