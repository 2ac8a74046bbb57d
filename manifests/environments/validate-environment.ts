import * as z from 'zod';
import { stageNames } from '../../contract/product.ts';
import { byWorkloadRole } from '../../contract/roles.ts';
import { type Setting, settings } from '../../contract/settings.ts';
import { validateText } from '../kubernetes/text-formats.ts';
import { formatPath, valueAt, walkValues } from '../kubernetes/walk.ts';
import { cluster, endpoint, models } from './cluster-schema.ts';
import { cache, database } from './data-schema.ts';
import type { Environment } from './environment.ts';
import { checked, formatted, matching, networks, quantity } from './field-schemas.ts';
import { contacts, edge, links, logs, monitoring, secrets } from './platform-schema.ts';
import { deployer, strategy } from './release-schema.ts';
import { workload } from './resources-schema.ts';

/** Names to which Kubernetes or an operator appends a suffix must be shorter: see kubernetes/name-rules.ts. */
const shorterNames: Readonly<Record<string, number>> = { postgres: 50, redis: 52, backup: 52, migrate: 52 };
const maxLengthOf = (path: readonly string[]): number => shorterNames[path.join('.')] ?? 63;

/** Most names start with the prefix: if it is not valid, only the prefix is reported. */
export const names = checked<Environment['names']>((value, report) => {
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
    cluster: cluster.exactOptional(),
    names,
    ports,
    image: formatted('image'),
    config,
    strategy: strategy.exactOptional(),
    workloads: z.strictObject({ ...byWorkloadRole(() => workload.exactOptional()), api: workload }).readonly(),
    database,
    cache,
    models: models.exactOptional(),
    objectStore: z.strictObject({ networks }).readonly().exactOptional(),
    errorReports: z.strictObject({ networks: networks.exactOptional() }).readonly().exactOptional(),
    exports: z
      .strictObject({ storage: quantity('storage') })
      .readonly()
      .exactOptional(),
    secrets,
    edge,
    monitoring,
    contacts,
    links: links.exactOptional(),
    logs: logs.exactOptional(),
    traces: endpoint.exactOptional(),
    deployer: deployer.exactOptional(),
    admission: z.literal('pinned-images').exactOptional(),
  })
  .superRefine(({ workloads, config: { S3_BUCKET: bucket }, exports: volume }, context) => {
    const message =
      volume && bucket !== undefined
        ? 'is not used, because S3_BUCKET is set: remove one of them'
        : workloads.analytics && !volume && bucket === undefined
          ? 'must be set, or S3_BUCKET in "config": analytics write exported files that the API reads'
          : undefined;
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['exports'], message });
  })
  .superRefine(({ traces, config: { OTEL_EXPORTER_OTLP_ENDPOINT: collector } }, context) => {
    if (traces && collector === undefined)
      context.addIssue({
        code: 'custom',
        path: ['traces'],
        message: 'is not used: set OTEL_EXPORTER_OTLP_ENDPOINT in "config" to its URL',
      });
  })
  .superRefine(({ namespace, models: endpoints = [] }, context) => {
    for (const [index, endpoint] of endpoints.entries()) {
      if (endpoint.kind === 'in-cluster' && endpoint.namespace === namespace)
        context.addIssue({
          code: 'custom',
          path: ['models', index, 'namespace'],
          message: 'is that of the service, whose default-deny policy also isolates the model: run the model in another namespace',
        });
    }
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
