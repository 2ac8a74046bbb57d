import * as z from 'zod';
import { kindAndName, objectsOfKind } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const job = z.object({ activeDeadlineSeconds: z.number().optional(), backoffLimit: z.number().optional() });
const cronJob = z.object({
  concurrencyPolicy: z.string().default('Allow'),
  startingDeadlineSeconds: z.number().optional(),
  jobTemplate: z.object({ spec: job }),
});

/** What runs to its end is given an end: a time, a number of attempts; of a CronJob, one run at a time. */
export const boundedJobs: Policy = (objects) => [
  ...objectsOfKind(objects, 'Job').flatMap((object) => unbounded(kindAndName(object), job.parse(object.spec))),
  ...objectsOfKind(objects, 'CronJob').flatMap((object) => {
    const { concurrencyPolicy, startingDeadlineSeconds, jobTemplate } = cronJob.parse(object.spec);
    return [
      ...unbounded(kindAndName(object), jobTemplate.spec),
      ...(concurrencyPolicy === 'Allow'
        ? [`${kindAndName(object)} starts a run while the last one still runs: concurrencyPolicy must be Forbid or Replace`]
        : []),
      ...(startingDeadlineSeconds === undefined
        ? [`${kindAndName(object)} has no startingDeadlineSeconds: after 100 missed runs it would never start again`]
        : []),
    ];
  }),
];

function unbounded(name: string, { activeDeadlineSeconds, backoffLimit }: z.output<typeof job>): string[] {
  return [
    ...(activeDeadlineSeconds === undefined ? [`${name} may run for ever: set activeDeadlineSeconds`] : []),
    ...(backoffLimit === undefined ? [`${name} does not say how often it is tried: set backoffLimit`] : []),
  ];
}
