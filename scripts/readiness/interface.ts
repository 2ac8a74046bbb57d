import * as z from 'zod';
import type { Argument, Flag } from '../cli/command.ts';

/** Arguments, flags and document of preflight and postflight. */
export const readinessArguments = {
  target: { doc: 'environment (local, staging, production), or the URL of a running service' },
} as const satisfies Record<string, Argument>;

export const readinessFlags = {
  compose: { type: 'boolean', doc: 'the environment runs with Docker Compose, from the files in this folder' },
  host: { type: 'string', doc: 'Host header, if TRUSTED_HOSTS does not contain the host of the URL' },
  prometheus: { type: 'string', doc: 'URL of its Prometheus; an environment in a cluster needs none' },
} as const satisfies Record<string, Flag>;

export const readinessDocument = {
  target: z.string(),
  passed: z.boolean().describe('no item failed'),
  items: z.array(
    z.strictObject({
      item: z.string(),
      state: z.enum(['ok', 'failed', 'not checkable']),
      detail: z.string().describe('what was found, or why it cannot be checked from here'),
      remedy: z.string().optional().describe('fix of a failed item'),
    }),
  ),
};
export const readinessExits = {
  different: 'an item failed; items that cannot be checked from here do not count',
  rejected: 'the API server does not answer, or the namespace does not exist',
} as const;
