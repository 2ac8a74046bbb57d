import * as z from 'zod';
import { maxBodyBytes, maxModelBodyBytes } from './body-limits.ts';
import { table } from './define.ts';
import { ports } from './ports.ts';
import { product, type Stage, stageNames, stages } from './product.ts';
import { parseRedisUrl, redisUrlForms } from './redis-url.ts';
import { type ProcessRole, processRoles, workloadRoles } from './roles.ts';
import { team } from './team.ts';
import { textModels } from './text-models.ts';

/**
 * One setting: an environment variable. The schema turns its text (or its absence) into a value;
 * defaults live in the schema and nowhere else. A secret never has a default.
 */
export interface Setting {
  readonly schema: z.ZodType<unknown, string | undefined>;
  /** It comes from a Secret in the cluster and is never printed. Other settings are in a ConfigMap. */
  readonly secret?: true;
  /** Which process roles read it. */
  readonly roles: readonly ProcessRole[];
  /** Must be set on every stage, or on those that callers reach over the internet; without ENVIRONMENT every setting has a default. */
  readonly required?: 'everywhere' | 'exposed';
  readonly doc: string;
  /** A value for `.env.example`; never a working secret. */
  readonly example?: string;
}

const everyRole = processRoles;
const serving = ['all', ...workloadRoles] as const satisfies readonly ProcessRole[];
const authenticating = ['all', 'api', 'graphql'] as const satisfies readonly ProcessRole[];
/** The scraper reads untrusted documents: it has no key of the API or of a model. */
const modelling = ['all', 'api', 'graphql', 'worker', 'analytics'] as const satisfies readonly ProcessRole[];
const scraping = ['all', 'api', 'scraper'] as const satisfies readonly ProcessRole[];
/** Roles that read articles. */
const reading = ['all', 'api', 'graphql', 'analytics'] as const satisfies readonly ProcessRole[];
const exporting = ['all', 'api', 'analytics'] as const satisfies readonly ProcessRole[];

const text = () => z.string().trim().min(1);
const integer = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'must be a whole number').transform(Number).pipe(z.number().min(min).max(max));
const ratio = () =>
  z
    .string()
    .regex(/^[01](?:\.\d+)?$/, 'must be a number from 0 to 1')
    .transform(Number)
    .pipe(z.number().max(1));
const flag = () => z.enum(['true', 'false']).transform((value) => value === 'true');
const list = () =>
  z.string().transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
const redisUrl = z.string().superRefine((value, ctx) => {
  const parsed = parseRedisUrl(value);
  if ('problem' in parsed) ctx.addIssue({ code: 'custom', message: parsed.problem });
});
/** Quotas by endpoint. */
const endpointQuotas = z
  .array(z.string().regex(/^\w+=\d+\/\d+$/, 'must be NAME=REQUESTS/SECONDS'))
  .transform((items) => Object.fromEntries(items.map((item) => item.split('='))))
  .pipe(
    z.record(
      z.string(),
      z
        .string()
        .transform((value) => value.split('/').map(Number))
        .pipe(z.tuple([z.number().min(1).max(1_000_000), z.number().min(1).max(86_400)]))
        .transform(([requests, windowSeconds]) => ({ requests, windowSeconds })),
    ),
  );
/** Headers as the specification of OpenTelemetry writes them. A value that is not percent-encoded is taken as it is. */
const headers = () =>
  list()
    .pipe(z.array(z.string().regex(/^[\w-]+=./, 'must be NAME=VALUE')))
    .transform((pairs) =>
      pairs.map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return { name, secret: percentDecoded(value.join('=')) };
      }),
    );
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be a URL starting with ${protocols.join(' or ')}`,
    );

export const settings = table<Setting, 'setting'>().of({
  ROLE: {
    schema: z.enum(processRoles).default('all'),
    roles: everyRole,
    required: 'everywhere',
    doc: 'What this process does.',
  },
  ENVIRONMENT: {
    schema: z.enum(stageNames).default('local'),
    roles: everyRole,
    required: 'everywhere',
    doc: 'Where it runs.',
  },
  API_VERSION: {
    schema: text().default(product.version),
    roles: serving,
    doc: 'Version that the API reports.',
  },
  RELEASE_ID: {
    schema: z.string().default('unreleased'),
    roles: serving,
    doc: 'Content hash of the release, from the pod; /health and X-Release report it.',
  },
  WORKERS: {
    schema: integer(1, 64).default(1),
    roles: serving,
    doc: 'Processes that share the ports of this one; more than 1 needs DATABASE_URL and REDIS_URL. In a cluster, scale by pods instead.',
  },
  HOST: { schema: text().default('0.0.0.0'), roles: serving, doc: 'Address to listen on.' },
  PORT: {
    schema: integer(0, 65535).default(ports.http),
    roles: serving,
    doc: 'Port of the API (of the probes, in a worker); 0 takes a free one.',
  },
  GRAPHQL_PORT: {
    schema: integer(0, 65535).default(ports.graphql),
    roles: ['all', 'graphql'],
    doc: 'Port of GraphQL; 0 takes a free one.',
  },
  METRICS_PORT: {
    schema: integer(0, 65535).optional(),
    roles: serving,
    required: 'everywhere',
    doc: 'Port of /metrics alone, without a credential; if set, /metrics on PORT is for administrators and programs on the same machine.',
    example: String(ports.metrics),
  },
  ENABLE_METRICS: { schema: flag().default(true), roles: serving, doc: 'Whether /metrics is served.' },
  LOG_LEVEL: {
    schema: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']))
      .default('info'),
    roles: everyRole,
    doc: 'Least severe level that is logged; upper or lower case.',
  },
  LOG_REQUESTS_PER_SECOND: {
    schema: integer(1, 1_000_000).default(200),
    roles: serving,
    doc: 'Requests per second and process that are logged; of those above it, only the failed ones are, and requests_not_logged counts the others.',
  },
  SENTRY_DSN: {
    schema: z
      .string()
      .regex(/^https?:\/\/\w+@[\w.-]+(?::\d+)?\/(?:[\w-]+\/)*\d+$/, 'must be https://KEY@HOST/PROJECT')
      .optional(),
    secret: true,
    roles: serving,
    doc: 'Where unexpected errors are reported, in the form of Sentry; not set: they are in the log alone.',
    example: 'https://KEY@sentry.example.org/1',
  },
  LEYENDA_DATA_DIR: {
    schema: text().default('.leyenda'),
    roles: everyRole,
    doc: 'Folder of the embedded database, used if DATABASE_URL is not set.',
  },
  DATABASE_URL: {
    schema: url('postgres:', 'postgresql:').optional(),
    secret: true,
    roles: everyRole,
    required: 'everywhere',
    doc: 'PostgreSQL; not set: an embedded one in LEYENDA_DATA_DIR.',
    example: 'postgresql://USER:PASSWORD@HOST:5432/DATABASE',
  },
  DATABASE_POOL_SIZE: {
    schema: integer(1, 200).default(10),
    roles: everyRole,
    doc: 'Maximum connections of one process to PostgreSQL.',
  },
  REDIS_URL: {
    schema: redisUrl.optional(),
    secret: true,
    roles: serving,
    required: 'everywhere',
    doc: `Redis for the shared cache and the limits: ${redisUrlForms.join(', ')}; rediss for TLS. Not set: both in memory.`,
    example: redisUrlForms[0],
  },
  VALID_API_KEYS: {
    schema: list()
      .pipe(z.array(z.string().min(16, 'a key needs at least 16 characters')))
      .default([]),
    secret: true,
    roles: modelling,
    doc: 'API keys that are valid in addition to those in the database, separated by commas.',
    example: 'KEY1,KEY2',
  },
  SECRET_KEY: {
    schema: z.string().min(32, 'needs at least 32 characters').optional(),
    secret: true,
    roles: authenticating,
    required: 'everywhere',
    doc: 'Secret from which the key of access tokens is derived; not set: tokens are valid until the process ends. Create one: openssl rand -hex 32.',
  },
  FIRST_ADMIN_PASSWORD: {
    schema: z.string().min(12, 'needs at least 12 characters').max(256).optional(),
    secret: true,
    roles: ['all', 'migrate'],
    doc: 'Password of the user admin, created if there is no user; not set: role all prints a random one, role migrate creates no user.',
  },
  JWT_SECRET_KEY: {
    schema: z.string().min(64, 'needs at least 64 characters').optional(),
    secret: true,
    roles: authenticating,
    doc: 'Key that signs access tokens; not set: derived from SECRET_KEY. Create one: openssl rand -hex 32.',
  },
  JWT_ALGORITHM: {
    schema: z.enum(['HS256', 'HS384', 'HS512']).default('HS256'),
    roles: authenticating,
    doc: 'Algorithm that signs access tokens.',
  },
  JWT_EXPIRATION_HOURS: {
    schema: integer(1, 720).default(24),
    roles: authenticating,
    doc: 'Lifetime of an access token in hours.',
  },
  REFRESH_EXPIRATION_DAYS: {
    schema: integer(1, 365).default(30),
    roles: authenticating,
    doc: 'Days after which a session without a refresh expires.',
  },
  CORS_ORIGINS: {
    schema: list().default([]),
    roles: serving,
    doc: 'Origins that browsers may call from, separated by commas.',
    example: team.origins,
  },
  TRUSTED_HOSTS: {
    schema: list().default([]),
    roles: serving,
    required: 'exposed',
    doc: 'Host names that are served, separated by commas; others get 421. Empty: every name. Probes and metrics are exempt.',
    example: `localhost,${team.host}`,
  },
  TRUSTED_PROXIES: {
    schema: integer(0, 10).default(0),
    roles: serving,
    doc: 'Number of proxies in front: X-Forwarded-For is trusted for so many hops. Too few: all clients share the address and limits of a proxy. Too many: clients can forge their address.',
  },
  TEXT_MODELS: {
    schema: textModels.optional(),
    secret: true,
    roles: modelling,
    doc: 'Text models as a JSON array, in order of preference; replaces OPENAI_*. Not set: the model of OPENAI_*, else the offline model.',
    example:
      '[{"provider":"openai","id":"gpt-4","api_key":"KEY","model":"gpt-4","price":{"input":30,"output":60}},{"provider":"offline","id":"offline"}]',
  },
  OPENAI_API_KEY: {
    schema: text().optional(),
    secret: true,
    roles: modelling,
    doc: 'API key of the text model; without it and OPENAI_BASE_URL: the offline model.',
  },
  OPENAI_BASE_URL: {
    schema: url('http:', 'https:').optional(),
    roles: modelling,
    doc: 'URL of an OpenAI-compatible endpoint; not set: api.openai.com.',
  },
  OPENAI_MODEL: { schema: text().default(team.model), roles: modelling, doc: 'Name of the model.' },
  OPENAI_MAX_TOKENS: {
    schema: integer(1, 32_000).default(500),
    roles: modelling,
    doc: 'Maximum tokens of an answer with captions; more for long captions, a call to action or over 10 hashtags.',
  },
  MAX_MODEL_BODY_BYTES: {
    schema: integer(maxBodyBytes, maxModelBodyBytes).default(maxModelBodyBytes),
    roles: ['all', 'api'],
    doc: 'Maximum bytes of a body below /v1, images included.',
  },
  RATE_LIMIT_REQUESTS: {
    schema: integer(1, 1_000_000).default(1000),
    roles: serving,
    doc: 'Default quota of a key: requests in one window.',
  },
  RATE_LIMIT_WINDOW: {
    schema: integer(1, 86_400).default(3600),
    roles: serving,
    doc: 'Default window of a key, in seconds.',
  },
  RATE_LIMIT_LOGIN_REQUESTS: {
    schema: integer(1, 1_000_000).default(5),
    roles: serving,
    doc: 'Logins per minute and address, and other requests that carry a secret; failed logins to many accounts are limited to 6 times as many in 15 minutes.',
  },
  RATE_LIMIT_BATCH_REQUESTS: {
    schema: integer(1, 1_000_000).default(30),
    roles: serving,
    doc: 'Batches per minute and caller, in addition to the quota of the caller.',
  },
  RATE_LIMIT_IP_REQUESTS: {
    schema: integer(1, 1_000_000).default(100),
    roles: serving,
    doc: 'Requests per minute and address without a valid credential.',
  },
  RATE_LIMIT_IP_ALL_REQUESTS: {
    schema: integer(1, 1_000_000).optional(),
    roles: serving,
    doc: 'Requests per minute and address with and without a valid credential, in addition to the other limits; not set: unlimited.',
  },
  RATE_LIMIT_ENDPOINTS: {
    schema: list().pipe(endpointQuotas).optional(),
    roles: serving,
    doc: 'Quotas of single endpoints, NAME=REQUESTS/SECONDS separated by commas, per caller, or per address without a credential; NAME: operationId of the OpenAPI document.',
    example: 'generate=60/60,createBatch=10/3600',
  },
  USAGE_RETENTION_MONTHS: {
    schema: integer(1, 120).default(13),
    roles: serving,
    doc: 'Full months, in addition to the current one, that usage and metric samples are stored.',
  },
  WORKER_CONCURRENCY: {
    schema: integer(1, 64).default(4),
    roles: ['all', 'worker'],
    doc: 'Chunks of batches that one process works on concurrently.',
  },
  BATCH_RETENTION_DAYS: {
    schema: integer(1, 3650).default(30),
    roles: ['all', 'worker'],
    doc: 'Days that a batch and its results are stored after its end.',
  },
  NEWS_CONTACT: {
    schema: url('mailto:', 'https:').optional(),
    roles: scraping,
    doc: 'Where the owner of a site reaches you; it is in the User-Agent of the scraper. Not set: no source is fetched.',
    example: 'mailto:news@example.org',
  },
  NEWS_SUBJECT: {
    schema: text().default('breast-cancer'),
    roles: reading,
    doc: 'What the news are about: the name of a subject of the product, or a subject as JSON (docs/news.md).',
  },
  NEWS_REFINE: {
    schema: flag().default(false),
    roles: ['all', 'analytics'],
    doc: 'Whether a connected language model refines the analysis of relevant articles; each article says which model did.',
  },
  NEWS_RETENTION_DAYS: {
    schema: integer(7, 3650).default(730),
    roles: ['all', 'analytics'],
    doc: 'Days that an article is stored after its publication.',
  },
  DATABASE_REPLICA_URL: {
    schema: url('postgres:', 'postgresql:').optional(),
    secret: true,
    roles: reading,
    doc: 'Read replica of DATABASE_URL for news; while it is behind or down, the primary is read. Not set: the primary.',
    example: 'postgresql://USER:PASSWORD@REPLICA:5432/DATABASE',
  },
  EXPORTS_DIR: {
    schema: text().default('exports'),
    roles: exporting,
    doc: 'Folder of exported files, used if S3_BUCKET is not set; all processes share it.',
  },
  EXPORT_RETENTION_DAYS: {
    schema: integer(1, 365).default(30),
    roles: exporting,
    doc: 'Days that an exported file is stored.',
  },
  S3_BUCKET: {
    schema: text().optional(),
    roles: exporting,
    doc: 'Bucket of exported files; not set: EXPORTS_DIR.',
    example: 'preventia-exports',
  },
  S3_ENDPOINT: {
    schema: url('http:', 'https:').optional(),
    roles: exporting,
    doc: 'URL of an object store with the API of S3; not set: that of AWS.',
    example: 'https://s3.example.org',
  },
  S3_REGION: { schema: text().default('us-east-1'), roles: exporting, doc: 'Region of the bucket.' },
  S3_ACCESS_KEY_ID: {
    schema: text().optional(),
    secret: true,
    roles: exporting,
    doc: 'Access key of the object store.',
  },
  S3_SECRET_ACCESS_KEY: {
    schema: text().optional(),
    secret: true,
    roles: exporting,
    doc: 'Secret of the access key of the object store.',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    schema: url('http:', 'https:').optional(),
    roles: serving,
    doc: 'Collector of traces: the URL before /v1/traces, OTLP over HTTP; not set: nothing is traced.',
    example: `http://localhost:${ports.otlp}`,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    schema: headers().optional(),
    secret: true,
    roles: serving,
    doc: 'Headers of each request to the collector, NAME=VALUE separated by commas, such as its API key; values may be percent-encoded.',
    example: 'api-key=KEY',
  },
  OTEL_TRACES_SAMPLER_ARG: {
    schema: ratio().default(1),
    roles: serving,
    doc: 'Part of the traces that is exported, from 0 to 1, at most 100 per second and process; failed requests and jobs always are.',
    example: '0.1',
  },
  CACHE_TTL: {
    schema: integer(1, 604_800).default(3600),
    roles: serving,
    doc: 'TTL of a cached caption in seconds.',
  },
  CACHE_MAX_ENTRIES: {
    schema: integer(1, 1_000_000).default(10_000),
    roles: serving,
    doc: 'Maximum captions in the memory cache of one process.',
  },
});

export type SettingName = keyof typeof settings;
/** The parsed settings: each name with the type that its schema yields. */
export type Settings = { [K in SettingName]: z.output<(typeof settings)[K]['schema']> };
export type SecretSettingName = { [K in SettingName]: (typeof settings)[K] extends { readonly secret: true } ? K : never }[SettingName];
/** Settings that a ConfigMap may hold. */
export type ConfigSettingName = Exclude<SettingName, SecretSettingName>;

export const settingNames: readonly SettingName[] = Object.keys(settings).filter((name): name is SettingName => name in settings);

export function isSecret(name: SettingName): name is SecretSettingName {
  return 'secret' in settings[name];
}

/** Whether an environment of this stage must set it. */
export function isRequired(name: SettingName, stage: Stage): boolean {
  const { required }: Setting = settings[name];
  return required === 'everywhere' || (required === 'exposed' && stages[stage].exposed);
}

/** The variable that names a file with a secret setting, as Docker mounts secrets, so that the environment holds no secret. */
export const fileVariable = (name: SecretSettingName): `${SecretSettingName}_FILE` => `${name}_FILE`;

/** The default as text; empty if there is none or if it is an empty list. */
export function defaultText(name: SettingName): string {
  const { data } = settings[name].schema.safeParse(undefined);
  return Array.isArray(data) ? data.join(',') : String(data ?? '');
}
