import * as z from 'zod';
import { backupVariables } from '../../contract/backup.ts';
import { manifestSchema } from '../../service/backup/manifest.ts';
import { backupSteps, takeBackup } from '../../service/backup/take-backup.ts';
import { setUpBackup } from '../backup/set-up.ts';
import { withFailures } from '../backup/with-failures.ts';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { dryRun } from '../cli/options.ts';
import { openTarget, targetNames } from '../compose/open-target.ts';

const variables = Object.entries(backupVariables).map(([name, { doc }]) => `${name}: ${doc}`);

export const backup = defineCommand({
  name: 'backup',
  summary: 'make an encrypted set of database, exported files and configuration, and verify it by a restore',
  args: { target: { doc: 'what to back up', choices: targetNames } },
  flags: { 'dry-run': dryRun },
  description: [
    'A target is folder: the data of npm start, while the service is stopped; host: the database of DATABASE_URL; staging or production: a deployment with Docker Compose on this machine.',
    'A set is the folder BACKUP_DIR/TIMESTAMP with the dump of the database, exported files, the configuration without secrets, and manifest.json, which is written last. Others may write meanwhile: dump and counts are of one snapshot. The dump is restored into a scratch database, and rows and checksums of all tables are compared; a set that differs is not made. No part is written to a disk before it is encrypted.',
    'With S3_BUCKET, the set is uploaded below backups/ with S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY. Expired sets are deleted on both sides, each by its own list; the newest complete ones stay.',
    `Variables, of the environment file for a deployment. ${variables.join(' ')}`,
  ],
  examples: [
    ['BACKUP_RECIPIENT=age1… leyenda backup folder', 'the folder .leyenda'],
    ['BACKUP_RECIPIENT=age1… DATABASE_URL=postgresql://… leyenda backup host', 'a database, while the service runs'],
    ['leyenda backup production', 'BACKUP_RECIPIENT is in .env.production'],
    ['leyenda backup production --dry-run', 'print the steps'],
  ],
  exits: {
    failed: 'the set could not be made, or it is not verified; there is no new set, and the former ones stay',
    rejected: 'Docker is not installed or does not answer',
  },
  related: ['restore', 'compose'],
  document: {
    target: z.string(),
    dryRun: z.boolean(),
    steps: z.array(z.string()),
    set: z.string().nullable().describe('folder of the set; null with dryRun'),
    manifest: manifestSchema.nullable(),
  },
  async run({ args, flags }, context) {
    const { target, variables } = await openTarget(args.target, context);
    const options = setUpBackup(variables, context);
    const steps = backupSteps(target, options);
    if (flags['dry-run']) {
      context.out.result(steps.join('\n'), { target: args.target, dryRun: true, steps, set: null, manifest: null });
      return exitCodes.ok;
    }
    const manifest = await withFailures(() => takeBackup(target, options));
    const set = options.local.pathOf(manifest.id);
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    const text = `${set} is complete and verified: ${rows} rows in ${manifest.tables.length} tables`;
    context.out.result(text, { target: args.target, dryRun: false, steps, set, manifest });
    return exitCodes.ok;
  },
});
