import * as z from 'zod';
import { kindAndName, objectsOfKind } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const job = z.object({ activeDeadlineSeconds: z.number().optional(), backoffLimit: z.number().optional() });
const cronJob = z.object({
  concurrencyPolicy: z.string().default('Allow'),
  startingDeadlineSeconds: z.number().optional(),
  jobTemplate: z.object({ spec: job }),
});

/** Jobs have a deadline and a retry limit; CronJobs run one Job at a time. */
export const jobDeadlines: Policy = (objects) => [
  ...objectsOfKind(objects, 'Job').flatMap((object) => unbounded(kindAndName(object), job.parse(object.spec))),
  ...objectsOfKind(objects, 'CronJob').flatMap((object) => {
    const { concurrencyPolicy, startingDeadlineSeconds, jobTemplate } = cronJob.parse(object.spec);
    return [
      ...unbounded(kindAndName(object), jobTemplate.spec),
      ...(concurrencyPolicy === 'Allow'
        ? [`${kindAndName(object)} starts a run while the previous one is still running: concurrencyPolicy must be Forbid or Replace`]
        : []),
      ...(startingDeadlineSeconds === undefined
        ? [`${kindAndName(object)} has no startingDeadlineSeconds: after 100 missed runs it never starts again`]
        : []),
    ];
  }),
];

function unbounded(name: string, { activeDeadlineSeconds, backoffLimit }: z.output<typeof job>): string[] {
  return [
    ...(activeDeadlineSeconds === undefined ? [`${name} may run forever: set activeDeadlineSeconds`] : []),
    ...(backoffLimit === undefined ? [`${name} has no retry limit: set backoffLimit`] : []),
  ];
}
