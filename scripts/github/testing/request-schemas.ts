import { z } from 'zod';
import { maxBodyLength, maxDescriptionLength } from '../text.ts';

const description = z.string().max(maxDescriptionLength);
const page = z.url({ protocol: /^https?$/ });
const body = z.string().min(1).max(maxBodyLength);

/** The bodies that GitHub accepts, by operation: https://docs.github.com/rest. Unknown fields are rejected. */
export const requestSchemas = {
  createDeployment: z.strictObject({
    ref: z.string().min(1),
    task: z.string(),
    auto_merge: z.literal(false),
    required_contexts: z.array(z.string()).length(0),
    payload: z.record(z.string(), z.union([z.string(), z.number()])),
    environment: z.string().max(255),
    description,
    transient_environment: z.boolean(),
    production_environment: z.boolean(),
  }),
  createDeploymentStatus: z.strictObject({
    state: z.enum(['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']),
    log_url: page.optional(),
    description,
    environment_url: page.optional(),
    auto_inactive: z.boolean(),
  }),
  createCommitStatus: z.strictObject({
    state: z.enum(['error', 'failure', 'pending', 'success']),
    target_url: page.optional(),
    description,
    context: z.string().min(1).max(255),
  }),
  comment: z.strictObject({ body }),
  createIssue: z.strictObject({ title: z.string().min(1).max(256), body, labels: z.array(z.string().max(50)) }),
  updateIssue: z.strictObject({ title: z.string().min(1).max(256), body }),
} as const;
