import * as z from 'zod';
import { backupVariables } from '../../contract/backup.ts';
import { manifestSchema, rowsOf } from '../../service/backup/manifest.ts';
import { withFailures } from '../backup/with-failures.ts';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { dryRun } from '../cli/options.ts';
import { targetNames, withBackups } from '../compose/open-target.ts';

const variables = Object.entries(backupVariables).map(([name, { doc }]) => `${name}: ${doc}`);

export const backup = defineCommand({
  name: 'backup',
  summary: 'make an encrypted set of database, exported files and configuration, and verify it by a restore',
  args: { target: { doc: 'what to back up', choices: targetNames } },
  flags: { 'dry-run': dryRun },
  description: [
    'A target is folder: the data of npm start, while the service is stopped; host: the database of DATABASE_URL; staging or production: a deployment with Docker Compose on this machine; local: the cluster of KUBECONFIG, in a Job from the CronJob of the backup.',
    'A set is the folder BACKUP_DIR/TARGET/TIMESTAMP with the dump of the database, exported files, the configuration without secrets, and manifest.json, which is written last. Others may write meanwhile: dump and counts are of one snapshot. The dump is restored into a scratch database, and rows and checksums of all tables are compared; a set that differs is not made. No part is written to a disk before it is encrypted.',
    'With S3_BUCKET, the set is uploaded below backups/PRODUCT/TARGET/ with S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY. Expired sets are deleted on both sides, each by its own list; the newest complete ones stay.',
    `Variables, of the environment file for a deployment. ${variables.join(' ')}`,
  ],
  examples: [
    ['BACKUP_RECIPIENT=age1… leyenda backup folder', 'the folder .leyenda'],
    ['BACKUP_RECIPIENT=age1… DATABASE_URL=postgresql://… leyenda backup host', 'a database, while the service runs'],
    ['leyenda backup production', 'BACKUP_RECIPIENT is in .env.production'],
    ['leyenda backup production --dry-run', 'print the steps'],
  ],
  exits: {
    failed: 'the set could not be made, verified or uploaded; the former ones stay',
    rejected: 'Docker or the cluster does not answer, or the environment is not deployed',
  },
  related: ['restore', 'compose'],
  document: {
    target: z.string(),
    dryRun: z.boolean(),
    steps: z.array(z.string()),
    set: z.string().nullable().describe('folder of the set, in a cluster VOLUME:/FOLDER; null with dryRun'),
    manifest: manifestSchema.nullable(),
  },
  run: ({ args: { target }, flags }, context) =>
    withBackups({ name: target }, context, async (backups) => {
      const steps = backups.backupSteps();
      if (flags['dry-run']) {
        context.out.result(steps.join('\n'), { target, dryRun: true, steps, set: null, manifest: null });
        return exitCodes.ok;
      }
      const { set, manifest } = await withFailures(() => backups.backUp());
      const text = `${set} is complete and verified: ${rowsOf(manifest)} rows in ${manifest.tables.length} tables`;
      context.out.result(text, { target, dryRun: false, steps, set, manifest });
      return exitCodes.ok;
    }),
});
