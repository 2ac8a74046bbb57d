import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { timeOfSet } from '../../service/backup/set-id.ts';
import { withFailures } from '../backup/with-failures.ts';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { dryRun } from '../cli/options.ts';
import { targetNames, withBackups } from '../compose/open-target.ts';

export const restore = defineCommand({
  name: 'restore',
  summary: 'replace the data of a deployment by a verified set, and keep the former database',
  args: {
    target: { doc: 'where to restore', choices: targetNames },
    timestamp: { doc: 'name of the set, %Y%m%d_%H%M%S: 20240729_120000' },
  },
  flags: {
    identity: { type: 'string', doc: 'file with the private key of age; default: BACKUP_IDENTITY, or the file of BACKUP_IDENTITY_FILE' },
    url: {
      type: 'string',
      doc: 'host: base URL of the service that runs, whose /health/detailed must report its database as up afterwards',
    },
    'dry-run': dryRun,
  },
  description: [
    'Checks the set (complete, sizes, SHA-256, decryption), downloads it before that if it is in the bucket only, and restores the dump into a new database next to the running one. If rows and checksums of all tables equal those of the manifest, it stops the service, renames the databases, restores exported files, starts the service, and checks that it is healthy. The service of host is not stopped: its sessions end and connect again, and with --url its schema must be that of this release.',
    'A set that is truncated, changed, incomplete, missing, of another target or product, or encrypted to another key is rejected, with the running data unchanged. If the service is not healthy with the restored data, the former database is used again; an error names the database in use, and whether the service runs. After a success the former database is kept under a name that is printed: delete it when you have checked the data.',
    'local: the set is loaded by a Job from the CronJob of the backup; the roles are scaled to 0 for the renames, and back. It holds the deploy lock. With a private key the account of KUBECONFIG must be allowed to create Secrets.',
    'On a new machine it starts an empty database first. Exported files are added to those that exist. Redis has nothing to restore.',
  ],
  examples: [
    ['leyenda restore production 20240729_120000 --identity key.txt', 'a deployment with Docker Compose'],
    ['leyenda restore host 20240729_120000 --identity key.txt --url http://localhost:8080', 'the database of DATABASE_URL'],
    ['leyenda restore local 20240729_120000', 'the cluster of KUBECONFIG'],
    ['leyenda restore production 20240729_120000 --dry-run', 'print the steps'],
  ],
  exits: {
    failed: 'the set is rejected, or the service is not healthy with it; the error names the database in use',
    locked: 'local: a deploy is running; retry when it has ended',
    rejected: 'Docker or the cluster does not answer, or the environment is not deployed',
  },
  related: ['backup', 'compose'],
  document: {
    target: z.string(),
    set: z.string(),
    dryRun: z.boolean(),
    steps: z.array(z.string()),
    former: z.string().nullable().describe('name of the former database, which is kept; null if there was none, and with dryRun'),
    rows: z.int().nullable().describe('restored rows of all tables; null with dryRun'),
  },
  async run({ args, flags }, context) {
    if (timeOfSet(args.timestamp) === undefined) {
      throw new Failure('usage', `${args.timestamp} is no name of a set`, 'give its timestamp, such as 20240729_120000');
    }
    const identity = flags.identity === undefined ? undefined : readIdentity(flags.identity);
    return withBackups({ name: args.target, url: flags.url }, context, async (backups) => {
      const steps = backups.restoreSteps(args.timestamp);
      const common = { target: args.target, set: args.timestamp, steps };
      if (flags['dry-run']) {
        context.out.result(steps.join('\n'), { ...common, dryRun: true, former: null, rows: null });
        return exitCodes.ok;
      }
      const { former, rows } = await withFailures(() => backups.restore(args.timestamp, identity));
      const kept = former === undefined ? [] : [`the former database is kept as ${former}: delete it when you have checked the data`];
      context.out.result([`restored ${rows} rows of set ${args.timestamp}`, ...kept].join('\n'), {
        ...common,
        dryRun: false,
        former: former ?? null,
        rows,
      });
      return exitCodes.ok;
    });
  },
});

function readIdentity(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Failure('usage', `the identity ${path} cannot be read`, 'give the file that age-keygen wrote', { cause: error });
  }
}
