import * as z from 'zod';
import { stageNames } from '../../contract/product.ts';
import { byWorkloadRole } from '../../contract/roles.ts';
import { type Setting, settings } from '../../contract/settings.ts';
import { validateText } from '../kubernetes/text-formats.ts';
import { formatPath, valueAt, walkValues } from '../kubernetes/walk.ts';
import { cache, database } from './data-schema.ts';
import type { Environment, ExpectedCluster } from './environment.ts';
import { formatted, matching } from './field-schemas.ts';
import { edge, logs, monitoring, secrets } from './platform-schema.ts';
import { deployer, strategy } from './release-schema.ts';
import { workload } from './resources-schema.ts';

type Check<T> = (value: T, report: (path: readonly string[], message: string) => void) => void;
const checked = <T>(check: Check<T>) =>
  z
    .custom<T>((value) => typeof value === 'object' && value !== null, 'must be an object')
    .superRefine((value, context) => check(value, (path, message) => context.addIssue({ code: 'custom', path: [...path], message })));

/** Names to which Kubernetes or an operator appends a suffix must be shorter: see kubernetes/name-rules.ts. */
const shorterNames: Readonly<Record<string, number>> = { postgres: 50, redis: 52, backup: 52, migrate: 52 };
const maxLengthOf = (path: readonly string[]): number => shorterNames[path.join('.')] ?? 63;

/** Most names start with the prefix: if it is not valid, only the prefix is reported. */
const names = checked<Environment['names']>((value, report) => {
  const fields = [...walkValues(value)].flatMap(({ path, value: name }) => (typeof name === 'object' ? [] : [{ path, name }]));
  const prefixLengths = fields.flatMap(({ path, name }) =>
    typeof name === 'string' && name.startsWith(value.prefix) ? [maxLengthOf(path) - (name.length - value.prefix.length)] : [],
  );
  const prefix = validateText('serviceName', value.prefix, Math.min(63, ...prefixLengths));
  if (prefix !== undefined) return report(['prefix'], prefix);
  for (const { path, name } of fields) {
    const violation = validateText('serviceName', name, maxLengthOf(path));
    if (violation !== undefined) report(path, violation);
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

const clusterParts: Readonly<Record<string, readonly [RegExp, string]>> = {
  host: [/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9]\d{0,4})?$/, 'HOST or HOST:PORT, as in the URL of the API server'],
  caSha256: [/^[0-9a-f]{64}$/, '64 hex digits in lower case'],
  uid: [/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'the UID of kube-system, in lower case'],
};
const expectedCluster = checked<ExpectedCluster>((value, report) => {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(value);
  if (entries.length !== 1) report([], 'must have exactly one of host, caSha256 and uid');
  for (const [name, text] of entries) {
    const [pattern, format] = clusterParts[name] ?? [];
    if (pattern === undefined) report([name], 'is none of host, caSha256 and uid: remove it');
    else if (typeof text !== 'string' || !pattern.test(text)) report([name], `is not valid: write ${format}`);
  }
});

const settingsByName: Readonly<Record<string, Setting>> = settings;

/** Parses each setting with the schema of the contract. */
const config = checked<Environment['config']>((value, report) => {
  for (const [name, text] of Object.entries(value)) {
    const parsed = settingsByName[name]?.schema.safeParse(text);
    if (parsed === undefined) report([name], 'is not a setting of the contract: remove it, or correct its name');
    const [issue] = parsed?.error?.issues ?? [];
    if (issue !== undefined) report([name], `${issue.message}: see docs/configuration.md`);
  }
});

/** tests/rules/options.test.ts walks this schema to find options that no environment sets. */
export const environmentSchema: z.ZodType<Environment> = z
  .strictObject({
    name: matching(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\/[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/, 'a folder name in lower case'),
    stage: z.enum(stageNames),
    namespace: formatted('label'),
    cluster: expectedCluster.exactOptional(),
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

/** @returns the invalid fields of an environment, each with its value and the fix */
export function validateEnvironment(environment: Environment): readonly string[] {
  const parsed = environmentSchema.safeParse(environment);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => {
    const keys = path.map(String);
    const value = valueAt(environment, ...keys);
    return `environment ${environment.name}: ${formatPath(keys)}${typeof value === 'object' ? '' : ` (${String(value)})`} ${message}`;
  });
}
