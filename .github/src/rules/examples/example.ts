import type { Repository } from '../rule.ts';

/** The checked part of a repository; `workflow`: the text of one workflow. */
export interface Example extends Partial<Omit<Repository, 'workflows'>> {
  readonly workflow?: string;
}
export interface Examples {
  readonly holds: Example;
  /** By a part of the expected violation. */
  readonly breaks: Readonly<Record<string, Example>>;
}

const indent = (text: string, by: number) => text.trim().replaceAll(/^/gm, ' '.repeat(by));

/** A workflow with these jobs. */
export const jobs = (text: string, top = 'on: push'): Example => ({ workflow: `${top}\njobs:\n${indent(text, 2)}\n` });

/** A workflow with one job and these steps. @param head other keys of the job */
export const steps = (text: string, head = 'runs-on: ubuntu-24.04'): Example =>
  jobs(`one:\n${indent(head, 2)}\n  steps:\n${indent(text, 4)}`);
