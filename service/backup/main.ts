/**
 * Backs up the database of DATABASE_URL, or restores a set; what the CronJob and the Jobs of `leyenda backup` and `leyenda restore` run.
 * Usage: node backup.js backup | restore TIMESTAMP
 * BACKUP_IDENTITY is the private key for a restore. Exit code 1: the reason is one line on standard error, and the data is unchanged.
 */
import { BackupError, messageOf } from './backup-error.ts';
import { bucketOf, parseBackupVariables, recipientOf, valueIn } from './environment.ts';
import { hostTarget } from './host.ts';
import { restoreBackup } from './restore-backup.ts';
import { localSets, remoteSets } from './set-store.ts';
import { takeBackup } from './take-backup.ts';

const step = (text: string) => void process.stdout.write(`${text}\n`);

async function main([action, id]: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const { folder, retention } = parseBackupVariables(env);
  const local = localSets(folder);
  const bucket = bucketOf(env);
  const remote = bucket && remoteSets(bucket);
  const target = hostTarget(env, { name: env.BACKUP_TARGET ?? 'host', url: env.BASE_URL, signal });
  if (action === 'backup') {
    const manifest = await takeBackup(target, { local, remote, recipient: recipientOf(env), retention, signal, step });
    return `set ${manifest.id} is complete and verified`;
  }
  if (action !== 'restore' || id === undefined) throw new BackupError('Usage: backup | restore TIMESTAMP', 'give an action');
  const { former, rows } = await restoreBackup(target, id, { local, remote, identity: valueIn(env, 'BACKUP_IDENTITY'), step });
  return `restored ${rows} rows of set ${id}${former === undefined ? '' : `; the former database is ${former}`}`;
}

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort(new BackupError('interrupted', 'run it again')));
try {
  step(await main(process.argv.slice(2), process.env, stopping.signal));
} catch (error) {
  process.stderr.write(`${messageOf(error)}${error instanceof BackupError ? `; ${error.remedy}` : ''}\n`, () => process.exit(1));
}
