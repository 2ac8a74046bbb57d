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
export interface Rule {
  readonly says: string;
  /** What breaks the rule, each with its place; empty when it holds. */
  readonly broken: (repository: Repository) => readonly string[];
}

/** A rule over each workflow by itself. */
export const everyWorkflow = (says: string, broken: (workflow: WorkflowFile) => readonly string[]): Rule => ({
  says,
  broken: ({ workflows }) => workflows.flatMap((workflow) => broken(workflow).map((text) => `${workflow.file}: ${text}`)),
});

/** A rule over each job by itself. */
export const everyJob = (says: string, broken: (job: Job, workflow: WorkflowFile, id: string) => readonly string[]): Rule =>
  everyWorkflow(says, (workflow) =>
    Object.entries(workflow.jobs).flatMap(([id, job]) => broken(job, workflow, id).map((text) => `${id}: ${text}`)),
  );

/** A rule over each step by itself. */
export const everyStep = (says: string, broken: (step: Step, job: Job, workflow: WorkflowFile) => readonly string[]): Rule =>
  everyJob(says, (job, workflow) => job.steps.flatMap((step) => broken(step, job, workflow)));

/** The complaint where the condition holds, else none. */
export const when = (condition: boolean, complaint: string): readonly string[] => (condition ? [complaint] : []);
