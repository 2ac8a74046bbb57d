import type { Repository } from '../rule.ts';

/** A repository as far as a rule looks at it; one workflow by its text. */
export interface Example extends Partial<Omit<Repository, 'workflows'>> {
  readonly workflow?: string;
}
export interface Examples {
  readonly holds: Example;
  /** By a part of the complaint that each must bring. */
  readonly breaks: Readonly<Record<string, Example>>;
}

const indent = (text: string, by: number) => text.trim().replaceAll(/^/gm, ' '.repeat(by));

/** A workflow of these jobs. */
export const jobs = (text: string, top = 'on: push'): Example => ({ workflow: `${top}\njobs:\n${indent(text, 2)}\n` });

/** A workflow of one job with these steps; `head`: what else the job says. */
export const steps = (text: string, head = 'runs-on: ubuntu-24.04'): Example =>
  jobs(`one:\n${indent(head, 2)}\n  steps:\n${indent(text, 4)}`);
