import type { Job } from '../../.github/src/layer/job.ts';
import type { Workflow } from '../../.github/src/layer/workflow.ts';
import { textAt } from '../values/json.ts';

export interface NamedJob {
  /** The id; that of a called workflow follows the id of the calling job. */
  readonly id: string;
  /** The name of the job in act's log. */
  readonly logName: string;
  readonly job: Job<string>;
}

/** The jobs of a workflow, with those of the workflows that it calls. */
export function jobsOf(workflow: Workflow, all: readonly Workflow[]): readonly NamedJob[] {
  return workflow.jobs.flatMap((job) => {
    const name = textAt(job.rendered, 'name') ?? job.id;
    const called = all.find(({ file }) => textAt(job.rendered, 'uses') === `./.github/workflows/${file}`);
    if (called === undefined) return [{ id: job.id, logName: `${workflow.name}/${name}`, job }];
    return jobsOf(called, all).map((inner) => ({ ...inner, id: `${job.id}/${inner.id}`, logName: `${name}/${inner.logName}` }));
  });
}
