import * as z from 'zod';
import { stageNames } from '../../contract/product.ts';
import { byWorkloadRole } from '../../contract/roles.ts';
import { type Setting, settings } from '../../contract/settings.ts';
import { validateText } from '../kubernetes/text-formats.ts';
import { formatPath, valueAt, walkValues } from '../kubernetes/walk.ts';
import { cache, database } from './data-schema.ts';
import type { Environment } from './environment.ts';
import { formatted, matching } from './field-schemas.ts';
import { edge, logs, monitoring, secrets } from './platform-schema.ts';
import { deployer, strategy } from './release-schema.ts';
import { workload } from './resources-schema.ts';

type Check<T> = (value: T, report: (path: readonly string[], message: string) => void) => void;
const checked = <T>(check: Check<T>) =>
  z
    .custom<T>((value) => typeof value === 'object' && value !== null, 'must be an object')
    .superRefine((value, context) => check(value, (path, message) => context.addIssue({ code: 'custom', path: [...path], message })));

/** Shorter than a label: what Kubernetes or the operator appends must still fit. See kubernetes/names.ts. */
const shorter: Readonly<Record<string, number>> = { postgres: 50, redis: 52, backup: 52, migrate: 52 };
const mostOf = (path: readonly string[]): number => shorter[path.join('.')] ?? 63;

/** Most names begin with the prefix: if the prefix is wrong, nothing else is reported. */
const names = checked<Environment['names']>((value, report) => {
  const all = [...walkValues(value)].flatMap(({ path, value: name }) => (typeof name === 'object' ? [] : [{ path, name }]));
  const rooms = all.flatMap(({ path, name }) =>
    typeof name === 'string' && name.startsWith(value.prefix) ? [mostOf(path) - (name.length - value.prefix.length)] : [],
  );
  const prefix = validateText('serviceName', value.prefix, Math.min(63, ...rooms));
  if (prefix !== undefined) return report(['prefix'], prefix);
  for (const { path, name } of all) {
    const mistake = validateText('serviceName', name, mostOf(path));
    if (mistake !== undefined) report(path, mistake);
  }
});

const ports = checked<Environment['ports']>((value, report) => {
  for (const [name, port] of Object.entries(value)) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) report([name], 'must be a whole number from 1 to 65535');
  }
  for (const [one, other] of [
    ['http', 'graphql'],
    ['http', 'metrics'],
    ['graphql', 'metrics'],
  ] as const) {
    if (value[one] === value[other]) report([other], `is the port of ${one}, too: give it another`);
  }
});

const known: Readonly<Record<string, Setting>> = settings;

/** By the contract's own schema of each setting; a secret in it does not compile. */
const config = checked<Environment['config']>((value, report) => {
  for (const [name, text] of Object.entries(value)) {
    const parsed = known[name]?.schema.safeParse(text);
    if (parsed === undefined) report([name], 'is no setting of the contract: take it out, or correct its name');
    const [issue] = parsed?.error?.issues ?? [];
    if (issue !== undefined) report([name], `${issue.message}: see docs/configuration.md`);
  }
});

/** The schema of an environment; tests/rules/options.test.ts finds what no environment sets. */
export const environmentSchema: z.ZodType<Environment> = z
  .strictObject({
    name: matching(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/, 'a folder name in lower case'),
    stage: z.enum(stageNames),
    namespace: formatted('label'),
    names,
    ports,
    image: formatted('image'),
    config,
    strategy: strategy.exactOptional(),
    workloads: z.strictObject({ ...byWorkloadRole(() => workload.exactOptional()), api: workload }).readonly(),
    database,
    cache,
    secrets,
    edge,
    monitoring,
    logs: logs.exactOptional(),
    deployer: deployer.exactOptional(),
    admission: z.literal('pinned-images').exactOptional(),
  })
  .readonly();

/** The mistakes in the fields of an environment: each with the field, its value and the fix. */
export function validateEnvironment(environment: Environment): readonly string[] {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => {
    const keys = path.map(String);
    const value = valueAt(environment, ...keys);
    return `environment ${environment.name}: ${formatPath(keys)}${typeof value === 'object' ? '' : ` (${String(value)})`} ${message}`;
  });
}
