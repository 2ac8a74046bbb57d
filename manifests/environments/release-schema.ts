import * as z from 'zod';
import { integer, matching } from './field-schemas.ts';

const gitHubName = matching(/^[^\s/:]{1,255}$/, 'the name of an environment on GitHub, without spaces, "/" and ":"');
const file = matching(/^[\w.-]+\.ya?ml$/, 'a file in .github/workflows, such as release.yml');
const ref = matching<`refs/${'heads' | 'tags'}/${string}`>(
  /^refs\/(?:heads|tags)\/[^\s*~^:?[\\]+\*?$|^refs\/(?:heads|tags)\/\*$/,
  'refs/heads/BRANCH or refs/tags/TAG, with one "*" at most, at its end',
);

const userName = matching(/^(?!system:)\S+$/, 'the name of a user in the cluster, not one that starts with "system:"');

export const repository = matching<`${string}/${string}`>(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[\w.-]{1,100}$/, 'OWNER/NAME');

export const deployer = z
  .strictObject({
    repository,
    ids: z.strictObject({ owner: integer(1, Number.MAX_SAFE_INTEGER), repository: integer(1, Number.MAX_SAFE_INTEGER) }).readonly(),
    environment: gitHubName,
    workflows: z.tuple([file], file).readonly(),
    watch: z.strictObject({ environment: gitHubName, workflows: z.tuple([file], file).readonly() }).readonly(),
    refs: z.tuple([ref], ref).readonly(),
    users: z
      .strictObject({ deployer: userName, watch: userName })
      .readonly()
      .refine(({ deployer, watch }) => deployer !== watch, { message: 'must be two users: the second may only read', path: ['watch'] })
      .exactOptional(),
    audience: matching(/^\S+$/, 'a text without spaces, such as the URL of the cluster'),
  })
  .readonly();

const soakSeconds = integer(0, 86_400);
const gate = z
  .strictObject({ minRequests: integer(1, 1_000_000_000).exactOptional(), metricsTimeoutSeconds: integer(0, 86_400).exactOptional() })
  .readonly();
const step = z.strictObject({ weight: integer(1, 99), soakSeconds }).readonly();
const steps = z
  .tuple([step], step)
  .superRefine((list, context) => {
    for (const [position, { weight }] of list.entries()) {
      const before = list[position - 1]?.weight;
      if (before === undefined || weight > before) continue;
      context.addIssue({
        code: 'custom',
        path: [position, 'weight'],
        message: `must be above that of the step before (${before}): raise it`,
      });
    }
  })
  .readonly();

export const strategy = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('canary'), steps, gate: gate.exactOptional() }).readonly(),
  z.strictObject({ kind: z.literal('blue-green'), soakSeconds, gate: gate.exactOptional() }).readonly(),
]);
