import { unescape as percentDecoded } from 'node:querystring';
import { isSecretName } from '../../contract/redact.ts';
import { parseRedisUrl } from '../../contract/redis-url.ts';
import { isSecret, type Settings, settingNames } from '../../contract/settings.ts';

/** The values of an object's secret fields; the other fields, such as the name of a model, are not secret. */
const secretFields = (value: object): string[] =>
  Object.entries(value).flatMap(([name, field]) => (typeof field === 'string' && isSecretName(name) ? [field] : []));

/** The credentials in a URL. A user name without a password is one: the key in the DSN of Sentry. */
function credentialsIn(text: string): string[] {
  const redis = parseRedisUrl(text);
  if ('kind' in redis && redis.kind !== 'single') return secretFields(redis);
  if (!URL.canParse(text)) return [];
  const { username, password, searchParams } = new URL(text);
  const encoded = password || username;
  return [encoded, percentDecoded(encoded), ...secretFields(Object.fromEntries(searchParams))];
}

/** The secrets in the value of a secret setting: itself, those of a list or an object, the credentials of a URL. */
function secretsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value, ...credentialsIn(value)];
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  return typeof value === 'object' && value !== null ? secretFields(value) : [];
}

/** Everything secret in the settings. */
export const secretValues = (settings: Settings): readonly string[] =>
  settingNames.filter(isSecret).flatMap((name) => secretsIn(settings[name]));
