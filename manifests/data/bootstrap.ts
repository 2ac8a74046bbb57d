import { localDatabase } from '../../contract/stores.ts';
import type { CloudNativePgDatabase, Environment } from '../environments/environment.ts';

/** The plugin of the operator that saves and restores. */
export const backupPlugin = 'barman-cloud.cloudnative-pg.io';

const { database, user: owner } = localDatabase;
/** The cluster that was saved, as the new one calls it. */
const source = 'saved';

/** Where the plugin finds an archive: the object store, and the folder in it. */
export const archiveOf = ({ names }: Environment, archive: string = names.postgres) => ({
  barmanObjectName: names.postgres,
  serverName: archive,
});

/**
 * How the first instance gets its data: empty (guide row DB-10), or from an archive (guide row K8-28). The operator looks at it once.
 * @throws when the new archive is the one that is restored from, which the operator refuses to write over; names both and `path`
 */
export function bootstrapOf(path: string, environment: Environment, { backups }: CloudNativePgDatabase) {
  const recovery = backups?.recovery;
  if (!recovery) {
    return { bootstrap: { initdb: { database, owner, encoding: 'UTF8', localeCollate: 'C', localeCType: 'C', dataChecksums: true } } };
  }
  const { serverName } = archiveOf(environment, backups.archive);
  if (recovery.archive === serverName)
    throw new Error(
      `${path}: ${environment.name} is restored from the archive ${recovery.archive}, but saves to ${serverName} itself: give backups.archive another name`,
    );
  return {
    bootstrap: { recovery: { source, database, owner, recoveryTarget: { targetTime: recovery.at } } },
    externalClusters: [{ name: source, plugin: { name: backupPlugin, parameters: archiveOf(environment, recovery.archive) } }],
  };
}
