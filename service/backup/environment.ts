import { readFileSync } from 'node:fs';
import { type BackupVariable, backupVariables } from '../../contract/backup.ts';
import { isSecret, settingNames, settings } from '../../contract/settings.ts';
import { type Bucket, openBucket } from '../objects/bucket.ts';
import { BackupError } from './backup-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; of a secret also from the file that NAME_FILE names. Empty is not set. */
export function valueIn(env: Environment, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  return env[name]?.trim() || (file && readFileSync(file, 'utf8').trim()) || undefined;
}

const remedy = 'correct the variable; docs/backup.md has the variables of backups';

/** @throws {BackupError} if a variable is missing or not valid */
export function parseBackupVariables(env: Environment) {
  const read = <K extends BackupVariable>(name: K) => {
    const { data, error } = backupVariables[name].schema.safeParse(valueIn(env, name));
    if (error) throw new BackupError(`${name} ${error.issues[0]?.message}`, remedy);
    return data;
  };
  const [days, sets] = [Number(read('RETENTION_DAYS')), Number(read('RETENTION_SETS'))];
  return { folder: String(read('BACKUP_DIR')), retention: { days, sets } };
}

/** @throws {BackupError} unless it is set: a set without encryption is a decision */
export function recipientOf(env: Environment): string {
  const value = valueIn(env, 'BACKUP_RECIPIENT');
  const { data, error } = backupVariables.BACKUP_RECIPIENT.schema.safeParse(value);
  if (data !== undefined) return data;
  throw new BackupError(
    value === undefined
      ? 'BACKUP_RECIPIENT is not set: to which key are backups encrypted?'
      : `BACKUP_RECIPIENT ${error?.issues[0]?.message}`,
    'set it to the public key that age-keygen prints (age1…), or to none for backups without encryption',
  );
}

/** The bucket of S3_BUCKET; undefined if that is not set. */
export function bucketOf(env: Environment): Bucket | undefined {
  const bucket = valueIn(env, 'S3_BUCKET');
  if (bucket === undefined) return undefined;
  return openBucket({
    bucket,
    S3_ENDPOINT: valueIn(env, 'S3_ENDPOINT'),
    S3_REGION: settings.S3_REGION.schema.parse(valueIn(env, 'S3_REGION')),
    S3_ACCESS_KEY_ID: valueIn(env, 'S3_ACCESS_KEY_ID'),
    S3_SECRET_ACCESS_KEY: valueIn(env, 'S3_SECRET_ACCESS_KEY'),
  });
}

/** Credentials within a URL are secrets of any setting. */
const withoutCredentials = (value: string) => value.replaceAll(/(\w:\/\/)[^\s/@]*@/g, '$1');

/** Lines NAME=value of the settings that are no secrets, and of the given variables; all others are left out. */
export function configurationText(env: Environment, others: readonly string[] = []): string {
  const names = [...settingNames.filter((name) => !isSecret(name)), ...Object.keys(backupVariables), ...others];
  const lines = [...new Set(names)].flatMap((name) => {
    const value = env[name];
    return value === undefined || value === '' ? [] : [`${name}=${withoutCredentials(value)}`];
  });
  return `${lines.sort().join('\n')}\n`;
}
