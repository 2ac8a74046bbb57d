import { isCall, type Step } from './model.ts';
import { forEachJob, forEachWorkflow, inJob, violationIf } from './rule.ts';

/** The environment must be a literal: `"$ENVIRONMENT"` does not match the environment of a job. */
const deployTo = ({ run }: Step) => /leyenda(?:\.js| --) (?:deploy|rollback) (\S+)/.exec(run)?.[1];

export const deploysAreSerialized = forEachWorkflow(
  'a deploy runs in its environment, waits for earlier deploys, and is never cancelled; CI cancels superseded runs',
  (workflow) => {
    const { on, concurrency, jobs } = workflow;
    const cancels = concurrency !== undefined && concurrency['cancel-in-progress'] !== false;
    const deploying = Object.entries(jobs).flatMap(([id, job]) =>
      job.steps.flatMap((step) => {
        const target = deployTo(step);
        return target === undefined ? [] : [{ id, job, target }];
      }),
    );
    return [
      ...violationIf(on.includes('pull_request') && !cancels, 'superseded runs are not cancelled', workflow.lineOf(['concurrency'])),
      ...violationIf(deploying.length > 0 && cancels, 'a newer run cancels a deploy', workflow.lineOf(['concurrency'])),
      ...deploying.flatMap(({ id, job, target }) =>
        [
          ...violationIf(job.environment !== target, `deploys to ${target} outside its environment`),
          // One concurrency group per environment in all workflows: a rollback waits for the deploy that it rolls back.
          ...violationIf(job.concurrency?.group !== `deploy-${target}`, `deploys to ${target} are not serialized`),
          ...violationIf(
            job.concurrency !== undefined && job.concurrency['cancel-in-progress'] !== false,
            'a newer run cancels the deploy',
          ),
        ].map((violation) => inJob(workflow, id, violation)),
      ),
    ];
  },
);

/** Ends with a digest or an exact version. */
const pinnedImage = /(@sha256:[0-9a-f]{64}|:\d+\.\d[\w.-]*)$/;

export const jobsHaveLimits = forEachJob('every job has a time limit, a fixed runner, and pinned service containers', (job) =>
  isCall(job)
    ? []
    : [
        ...violationIf(job['timeout-minutes'] === undefined, 'has no timeout-minutes'),
        ...violationIf(!/^[a-z]+-\d+\.\d+$/.test(String(job['runs-on'])), `runs on ${job['runs-on']}, which is not a fixed version`),
        ...Object.values(job.services).flatMap(({ image }) => violationIf(!pinnedImage.test(image), `${image} is not pinned`)),
      ],
);

export const gateCoversAllJobs = forEachWorkflow(
  'required workflows also run for the merge queue, with one gate job that checks every result',
  (workflow) => {
    const { on, jobs } = workflow;
    if (!on.includes('pull_request')) return [];
    const others = (id: string) => Object.keys(jobs).filter((other) => other !== id);
    const readsAll = (id: string) => others(id).every((other) => JSON.stringify(jobs[id]).includes(`needs.${other}.result`));
    const gates = Object.entries(jobs).filter(
      ([id, { needs, if: condition = '' }]) =>
        condition.includes('always()') && others(id).every((other) => needs.includes(other)) && readsAll(id),
    );
    return [
      ...violationIf(!on.includes('merge_group'), 'does not run for the merge queue', workflow.lineOf(['on'])),
      ...violationIf(gates.length !== 1, 'has no single gate job that always runs and checks the result of every other job'),
    ];
  },
);
