import { type Environment, valueIn } from '../../service/backup/environment.ts';
import type { Manifest } from '../../service/backup/manifest.ts';
import { type Restored, type RestoreTarget, restoreBackup, restoreSteps } from '../../service/backup/restore-backup.ts';
import { backupSteps, takeBackup } from '../../service/backup/take-backup.ts';
import type { Context } from '../cli/context.ts';
import { asUsage, setsOf, setUpBackup } from './set-up.ts';

/** What `leyenda backup` and `leyenda restore` do with a target. */
export interface Backups {
  backupSteps(): readonly string[];
  backUp(): Promise<{ readonly set: string; readonly manifest: Manifest }>;
  restoreSteps(id: string): readonly string[];
  /** @param identity text of a file with private keys of age; not set: that of the variables */
  restore(id: string, identity: string | undefined): Promise<Pick<Restored, 'former' | 'rows'>>;
}

/** Backups that this process makes. @param variables those that configure the sets */
export function ownBackups(target: RestoreTarget, variables: Environment, context: Context): Backups {
  const setUp = () => setUpBackup(variables, target.name, context);
  return {
    backupSteps: () => backupSteps(target, setUp()),
    async backUp() {
      const options = setUp();
      const manifest = await takeBackup(target, options);
      return { set: options.local.pathOf(manifest.id), manifest };
    },
    restoreSteps: (id) => restoreSteps(target, id),
    restore: (id, identity = asUsage(() => valueIn(variables, 'BACKUP_IDENTITY'))) =>
      restoreBackup(target, id, { ...setsOf(variables, target.name, context), identity }),
  };
}
