import * as z from 'zod';
import { ports } from './ports.ts';
import type { EnvironmentName } from './product.ts';
import { environmentNames, product } from './product.ts';
import { type ProcessRole, processRoles } from './roles.ts';
import { textModels } from './text-models.ts';

/**
 * One setting: an environment variable. The schema turns its text (or its absence) into a value;
 * defaults live in the schema and nowhere else. A secret never has a default.
 */
export interface Setting {
  readonly schema: z.ZodType<unknown, string | undefined>;
  /** Secrets are read from a Secret in the cluster and never printed. */
  readonly secret: boolean;
  /** Which process roles read it. */
  readonly roles: readonly ProcessRole[];
  /** Environments in which it must be set; elsewhere an embedded default takes its place. */
  readonly requiredIn: readonly EnvironmentName[];
  readonly doc: string;
  /** A value for `.env.example`; never a working secret. */
  readonly example?: string;
}

const everyRole = processRoles;
const serving = ['all', 'api', 'graphql', 'worker'] as const satisfies readonly ProcessRole[];
const authenticating = ['all', 'api', 'graphql'] as const satisfies readonly ProcessRole[];
const inCluster = environmentNames;

const text = () => z.string().trim().min(1);
const integer = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));
const flag = () => z.enum(['true', 'false']).transform((value) => value === 'true');
const list = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL starting with ${protocols.join(' or ')}`,
    );

export const settings = {
  ROLE: {
    schema: z.enum(processRoles).default('all'),
    secret: false,
    roles: everyRole,
    requiredIn: inCluster,
    doc: 'What this process does.',
  },
  ENVIRONMENT: {
    schema: z.enum(environmentNames).default('local'),
    secret: false,
    roles: everyRole,
    requiredIn: inCluster,
    doc: 'Where it runs.',
  },
  API_VERSION: {
    schema: text().default(product.version),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Version that the API reports.',
  },
  RELEASE_ID: {
    schema: z.string().default('unreleased'),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Content hash of the release, from the pod; /health and X-Release report it.',
  },
  HOST: { schema: text().default('0.0.0.0'), secret: false, roles: serving, requiredIn: [], doc: 'Address to listen on.' },
  PORT: {
    schema: integer(0, 65535).default(ports.http),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Port of the API (of the probes, in a worker); 0 takes a free one.',
  },
  GRAPHQL_PORT: {
    schema: integer(0, 65535).default(ports.graphql),
    secret: false,
    roles: ['all', 'graphql'],
    requiredIn: [],
    doc: 'Port of GraphQL; 0 takes a free one.',
  },
  METRICS_PORT: {
    schema: integer(0, 65535).optional(),
    secret: false,
    roles: serving,
    requiredIn: inCluster,
    doc: 'Port of /metrics alone; not set: /metrics is on PORT.',
    example: String(ports.metrics),
  },
  ENABLE_METRICS: { schema: flag().default(true), secret: false, roles: serving, requiredIn: [], doc: 'Whether /metrics is served.' },
  LOG_LEVEL: {
    schema: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']))
      .default('info'),
    secret: false,
    roles: everyRole,
    requiredIn: [],
    doc: 'Least severe level that is logged; upper or lower case.',
  },
  LEYENDA_DATA_DIR: {
    schema: text().default('.leyenda'),
    secret: false,
    roles: everyRole,
    requiredIn: [],
    doc: 'Folder of the embedded database, used where DATABASE_URL is not set.',
  },
  DATABASE_URL: {
    schema: url('postgres:', 'postgresql:').optional(),
    secret: true,
    roles: everyRole,
    requiredIn: inCluster,
    doc: 'PostgreSQL; not set: an embedded one in LEYENDA_DATA_DIR.',
    example: 'postgresql://USER:PASSWORD@HOST:5432/DATABASE',
  },
  DATABASE_POOL_SIZE: {
    schema: integer(1, 200).default(10),
    secret: false,
    roles: everyRole,
    requiredIn: [],
    doc: 'Most connections that one process opens to PostgreSQL.',
  },
  REDIS_URL: {
    schema: url('redis:', 'rediss:').optional(),
    secret: true,
    roles: serving,
    requiredIn: inCluster,
    doc: 'Redis for the shared cache and the limits; not set: both in memory.',
    example: 'redis://HOST:6379/0',
  },
  VALID_API_KEYS: {
    schema: list()
      .pipe(z.array(z.string().min(16, 'a key needs at least 16 characters')))
      .default([]),
    secret: true,
    roles: serving,
    requiredIn: [],
    doc: 'API keys that are valid besides those in the database, separated by commas.',
    example: 'KEY1,KEY2',
  },
  SECRET_KEY: {
    schema: z.string().min(32, 'needs at least 32 characters').optional(),
    secret: true,
    roles: authenticating,
    requiredIn: inCluster,
    doc: 'What the key of access tokens is derived from; not set: tokens end with the process. Make one: openssl rand -hex 32.',
  },
  FIRST_ADMIN_PASSWORD: {
    schema: z.string().min(12, 'needs at least 12 characters').max(256).optional(),
    secret: true,
    roles: ['all', 'migrate'],
    requiredIn: [],
    doc: 'Password of the user admin that is made where there is no user; not set: role all prints a random one, role migrate makes none.',
  },
  JWT_SECRET_KEY: {
    schema: z.string().min(64, 'needs at least 64 characters').optional(),
    secret: true,
    roles: authenticating,
    requiredIn: [],
    doc: 'Key of access tokens itself; not set: derived from SECRET_KEY. Make one: openssl rand -hex 32.',
  },
  JWT_ALGORITHM: {
    schema: z.enum(['HS256', 'HS384', 'HS512']).default('HS256'),
    secret: false,
    roles: authenticating,
    requiredIn: [],
    doc: 'How access tokens are signed.',
  },
  JWT_EXPIRATION_HOURS: {
    schema: integer(1, 720).default(24),
    secret: false,
    roles: authenticating,
    requiredIn: [],
    doc: 'Hours that an access token is valid.',
  },
  REFRESH_EXPIRATION_DAYS: {
    schema: integer(1, 365).default(30),
    secret: false,
    roles: authenticating,
    requiredIn: [],
    doc: 'Days after which a session ends that was not refreshed.',
  },
  CORS_ORIGINS: {
    schema: list().default([]),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Origins that browsers may call from, separated by commas; none by default.',
    example: 'https://yourapp.com,https://api.yourapp.com',
  },
  TRUSTED_HOSTS: {
    schema: list().default([]),
    secret: false,
    roles: serving,
    requiredIn: ['staging', 'production'],
    doc: 'Host names that are answered, separated by commas; others get 421. Empty: every name. Probes and metrics are exempt.',
    example: 'localhost,api.yourapp.com',
  },
  TRUSTED_PROXIES: {
    schema: integer(0, 10).default(0),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'How many proxies stand in front: X-Forwarded-For is believed for so many hops. Too few: all clients share the address of a proxy and its limits. Too many: clients choose their address.',
  },
  TEXT_MODELS: {
    schema: textModels.optional(),
    secret: true,
    roles: serving,
    requiredIn: [],
    doc: 'Text models as a JSON array, the preferred first; takes the place of OPENAI_*. Not set: the model of OPENAI_*, else the offline one.',
    example:
      '[{"provider":"openai","id":"gpt-4","api_key":"KEY","model":"gpt-4","price":{"input":30,"output":60}},{"provider":"offline","id":"offline"}]',
  },
  OPENAI_API_KEY: {
    schema: text().optional(),
    secret: true,
    roles: serving,
    requiredIn: [],
    doc: 'Key of the text model; not set, and no OPENAI_BASE_URL: the offline model.',
  },
  OPENAI_BASE_URL: {
    schema: url('http:', 'https:').optional(),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Any OpenAI-compatible endpoint; not set: the one of OpenAI itself.',
  },
  OPENAI_MODEL: { schema: text().default('gpt-4'), secret: false, roles: serving, requiredIn: [], doc: 'Model to ask for.' },
  OPENAI_MAX_TOKENS: {
    schema: integer(1, 32_000).default(500),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Most tokens of one answer.',
  },
  RATE_LIMIT_REQUESTS: {
    schema: integer(1, 1_000_000).default(1000),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Default quota of a key: requests in one window.',
  },
  RATE_LIMIT_WINDOW: {
    schema: integer(1, 86_400).default(3600),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Default window of a key, in seconds.',
  },
  RATE_LIMIT_LOGIN_REQUESTS: {
    schema: integer(1, 1_000_000).default(5),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Attempts a minute of an address to log in, or to guess another secret; wrong passwords for many accounts are limited to 6 times as many in 15 minutes.',
  },
  RATE_LIMIT_BATCH_REQUESTS: {
    schema: integer(1, 1_000_000).default(30),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Batches a minute that one caller may hand in, besides the own quota.',
  },
  RATE_LIMIT_IP_REQUESTS: {
    schema: integer(1, 1_000_000).default(100),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Requests a minute of an address that shows no valid credential.',
  },
  USAGE_RETENTION_MONTHS: {
    schema: integer(1, 120).default(13),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Whole months that usage and samples of metrics are kept, besides the current one.',
  },
  WORKER_CONCURRENCY: {
    schema: integer(1, 64).default(4),
    secret: false,
    roles: ['all', 'worker'],
    requiredIn: [],
    doc: 'Chunks of batches that one process works on at once.',
  },
  BATCH_RETENTION_DAYS: {
    schema: integer(1, 3650).default(30),
    secret: false,
    roles: ['all', 'worker'],
    requiredIn: [],
    doc: 'Days that a batch and its results are kept after its end.',
  },
  CACHE_TTL: {
    schema: integer(1, 604_800).default(3600),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Seconds that a caption stays in the cache.',
  },
  CACHE_MAX_ENTRIES: {
    schema: integer(1, 1_000_000).default(10_000),
    secret: false,
    roles: serving,
    requiredIn: [],
    doc: 'Most captions that one process keeps in memory.',
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
/** The parsed settings: each name with the type that its schema yields. */
export type Settings = { [K in SettingName]: z.output<(typeof settings)[K]['schema']> };
export type SecretSettingName = { [K in SettingName]: (typeof settings)[K]['secret'] extends true ? K : never }[SettingName];
/** Settings that may stand in a ConfigMap; a secret is not among them. */
export type ConfigSettingName = Exclude<SettingName, SecretSettingName>;

export const settingNames: readonly SettingName[] = Object.keys(settings).filter((name): name is SettingName => name in settings);

export function isSecret(name: SettingName): name is SecretSettingName {
  return settings[name].secret;
}

/** The variable that names a file which holds a secret setting, as Docker gives secrets: nothing secret is in the environment then. */
export const fileVariable = (name: SecretSettingName): `${SecretSettingName}_FILE` => `${name}_FILE`;

/** What a setting is when its variable is not set, as text; empty where that is nothing, or an empty list. */
export function defaultText(name: SettingName): string {
  const { data } = settings[name].schema.safeParse(undefined);
  return Array.isArray(data) ? data.join(',') : String(data ?? '');
}
