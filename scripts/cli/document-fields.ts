import * as z from 'zod';
import { environmentNames } from '../../manifests/environments/index.ts';

/** Fields that the JSON documents of several commands share. */
export const environment = z.enum(environmentNames);
export const revision = z.int().positive();
export const image = z.string().describe('image by digest');
export const time = z.iso.datetime();
export const object = z.string().describe('kind and name, such as Deployment/instagram-captions-api');

export const change = z.strictObject({
  object,
  action: z.enum(['create', 'update', 'prune']),
  fields: z.array(z.string()).describe('path: before → after; values of secrets masked'),
});

/** Evidence of a failed release: `deploy --evidence FILE` writes it too. */
export const evidence = {
  code: z.string().describe('kind of the cause, such as crash-loop'),
  cause: z.string().describe('one line for people'),
  others: z.array(z.string()).describe('other causes found at the same time'),
  provedAt: time.describe('time of the fact that proves the failure, by the clock of the cluster'),
  chain: z.array(z.string()).describe('objects from the workload down to the pod'),
  logs: z.array(z.strictObject({ pod: z.string(), container: z.string(), run: z.enum(['current', 'previous']), text: z.string() })),
  events: z.array(z.string()).describe('warnings, one line each'),
  nodes: z.array(z.string()).describe('conditions of the node of the pod'),
};

const step = z.strictObject({
  weight: z.number().describe('percent of the traffic'),
  seconds: z.number(),
  pods: z.int(),
  gate: z.unknown().optional().describe('last result of the metrics gate; absent if it was not evaluated'),
});
const strategy = z.strictObject({
  kind: z.string(),
  outcome: z.enum(['promoted', 'aborted', 'skipped']),
  steps: z.array(step),
  cause: z.string().optional(),
});

/** The result of `deploy` and `rollback`. */
export const releaseReport = {
  environment,
  outcome: z.enum(['nothing-to-do', 'planned', 'deployed', 'rolled-back', 'rollback-failed', 'frozen', 'failed', 'interrupted']),
  exitCode: z.int(),
  image,
  revision: revision.optional().describe('revision of this attempt; absent if nothing was attempted'),
  serving: revision.optional().describe('revision that serves now, if known'),
  changes: z.array(change),
  evidence: z.strictObject(evidence).optional().describe('why the release is unhealthy'),
  strategy: strategy.optional().describe('result of a canary or blue-green release; absent for a rolling update'),
  seconds: z.strictObject({
    total: z.number(),
    toVerdict: z.number().optional().describe('from the fact that proves the failure to the verdict'),
    toRestored: z.number().optional().describe('from the verdict until the last good release is verified again'),
  }),
  calls: z.int().describe('requests sent to the API server'),
  state: z.string().describe('one line: the state now'),
};
