import { databaseNames } from '../constructs/local-database.ts';
import type { CloudNativePgDatabase, Environment } from '../environments/environment.ts';

/** CloudNativePG plugin for backups and restores. */
export const backupPlugin = 'barman-cloud.cloudnative-pg.io';

/** Name of the restored cluster within the new one. */
const source = 'saved';

/** Parameters of the plugin: the object store, and the archive's folder in it. */
export const archiveOf = ({ names }: Environment, archive: string = names.postgres) => ({
  barmanObjectName: names.postgres,
  serverName: archive,
});

/**
 * How a new cluster is initialized: empty, or restored from a backup archive. The operator ignores later changes.
 * @throws if the cluster would archive to the archive from which it is restored, which the operator rejects
 */
export function bootstrapOf(path: string, environment: Environment, { backups }: CloudNativePgDatabase) {
  const { database, user: owner } = databaseNames(environment);
  const recovery = backups?.recovery;
  if (!recovery) {
    return { bootstrap: { initdb: { database, owner, encoding: 'UTF8', localeCollate: 'C', localeCType: 'C', dataChecksums: true } } };
  }
  const { serverName } = archiveOf(environment, backups.archive);
  if (recovery.archive === serverName)
    throw new Error(
      `${path}: ${environment.name} is restored from the archive ${recovery.archive}, but its own archive is ${serverName}: set backups.archive to another name`,
    );
  return {
    bootstrap: { recovery: { source, database, owner, recoveryTarget: { targetTime: recovery.at } } },
    externalClusters: [{ name: source, plugin: { name: backupPlugin, parameters: archiveOf(environment, recovery.archive) } }],
  };
}
