/**
 * Backs up the database of DATABASE_URL, or restores a set: the program of the CronJob, and of the Jobs of `leyenda backup` and
 * `leyenda restore`, which run the steps of a restore one by one, because the roles are stopped in between.
 * Usage: node backup.js backup | restore TIMESTAMP | load TIMESTAMP | swap NEXT FORMER | unpack TIMESTAMP | list | drop NAME [--json]
 * BACKUP_IDENTITY is the private key for a restore. Exit code 1: the reason is one line on standard error, and the data is unchanged.
 * With --json the last line of standard output is the result, or the error.
 */
import { BackupError, messageOf } from './backup-error.ts';
import { recipientOf, valueIn } from './environment.ts';
import { hostTarget } from './host.ts';
import { rowsOf } from './manifest.ts';
import { loadSet, restoreBackup, unpackExports } from './restore-backup.ts';
import { openSets } from './set-store.ts';
import { takeBackup } from './take-backup.ts';

const step = (text: string) => void process.stdout.write(`${text}\n`);

interface Result {
  readonly text: string;
  readonly [name: string]: unknown;
}

async function main([action, ...args]: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Result> {
  const target = hostTarget(env, { name: env.BACKUP_TARGET ?? 'host', url: env.BASE_URL, signal });
  const { retention, ...sets } = openSets(env, target.name);
  const options = { ...sets, identity: valueIn(env, 'BACKUP_IDENTITY'), signal, step };
  const [first = '', second = ''] = args;
  const { database } = target;
  const actions: Readonly<Record<string, { readonly args: number; readonly run: () => Promise<Result> }>> = {
    backup: {
      args: 0,
      async run() {
        const manifest = await takeBackup(target, { ...options, recipient: recipientOf(env), retention });
        return { text: `set ${manifest.id} is complete and verified`, manifest };
      },
    },
    restore: {
      args: 1,
      async run() {
        const { former, rows } = await restoreBackup(target, first, options);
        return { text: `restored ${rows} rows of set ${first}${former === undefined ? '' : `; the former database is ${former}`}` };
      },
    },
    load: {
      args: 1,
      async run() {
        const { manifest, next } = await loadSet(target, first, options);
        return { text: `${next} has ${rowsOf(manifest)} rows of set ${first}`, manifest, next };
      },
    },
    swap: {
      args: 2,
      run: async () => ({ hadOne: await database.swap(first, second), text: `${database.name} is what ${first} was` }),
    },
    unpack: {
      args: 1,
      async run() {
        await unpackExports(target, first, options);
        return { text: `the exported files of set ${first} are restored` };
      },
    },
    list: {
      args: 0,
      async run() {
        const databases = await database.list();
        return { text: databases.join('\n'), databases };
      },
    },
    drop: {
      args: 1,
      async run() {
        await database.drop(first);
        return { text: `there is no database ${first}` };
      },
    },
  };
  const chosen = actions[action ?? ''];
  if (chosen === undefined || chosen.args !== args.length)
    throw new BackupError(
      'Usage: backup | restore TIMESTAMP | load TIMESTAMP | swap NEXT FORMER | unpack TIMESTAMP | list | drop NAME',
      'give an action',
    );
  return chosen.run();
}

const stopping = new AbortController();
process.once('SIGTERM', () => stopping.abort(new BackupError('interrupted', 'run it again')));
const args = process.argv.slice(2);
const isJson = args.at(-1) === '--json';
try {
  const { text, ...result } = await main(isJson ? args.slice(0, -1) : args, process.env, stopping.signal);
  step(text);
  if (isJson) step(JSON.stringify(result));
} catch (error) {
  const remedy = error instanceof BackupError ? error.remedy : '';
  process.exitCode = 1;
  process.stderr.write(`${messageOf(error)}${remedy && `; ${remedy}`}\n`, () => {
    if (!isJson) process.exit();
    process.stdout.write(`${JSON.stringify({ error: messageOf(error), remedy })}\n`, () => process.exit());
  });
}
