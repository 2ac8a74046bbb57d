import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { parseEnv } from 'node:util';
import { exportsFolder } from '../../manifests/constructs/exports-volume.ts';
import { localDatabase } from '../../manifests/constructs/local-database.ts';
import { environmentVariables } from '../../manifests/targets/compose/environment-file.ts';
import { bucketOf, configurationText, type Environment, valueIn } from '../../service/backup/environment.ts';
import { bucketFiles, type FileTarget } from '../../service/backup/files.ts';
import { postgresTarget } from '../../service/backup/postgres.ts';
import { ended, run, type StartProgram } from '../../service/backup/programs.ts';
import type { RestoreTarget } from '../../service/backup/restore-backup.ts';
import type { Context } from '../cli/context.ts';
import { containersOf } from './containers.ts';
import { type Docker, dockerCompose } from './docker.ts';
import { ps, startRelease } from './start-release.ts';
import { type ComposeTarget, withImage } from './target.ts';

/** Secrets of the bucket, which are files of the deployment like its other secrets. */
const bucketSecrets = ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'];

/** The variables of the environment file, under those of this process. The folder of the sets is next to the file. */
export function composeVariables(
  { environment, envFile, folder }: Pick<ComposeTarget, 'environment' | 'envFile' | 'folder'>,
  env: Environment,
): Environment {
  const secrets = bucketSecrets
    .map((name) => [`${name}_FILE`, join(folder, '.secrets', environment, name)] as const)
    .filter(([, path]) => existsSync(path));
  const variables = { ...Object.fromEntries(secrets), ...parseEnv(readFileSync(join(folder, envFile), 'utf8')), ...env };
  return { ...variables, BACKUP_DIR: resolve(folder, valueIn(variables, 'BACKUP_DIR') ?? 'backups') };
}

/** Exported files in the volume, over tar in a container that has it. */
function volumeFiles(start: StartProgram): FileTarget {
  const at = `--directory=${exportsFolder}`;
  return {
    async pack() {
      // A file that expires meanwhile is left out.
      const program = start('tar', ['--create', '--gzip', '--ignore-failed-read', '--exclude=*.part', at, '.']);
      const done = ended('tar', program);
      done.catch(() => {});
      program.stdin.end();
      async function* content() {
        yield* program.stdout;
        await done;
      }
      return Readable.from(content(), { objectMode: false });
    },
    unpack: async (archive) => void (await run(start, 'tar', ['--extract', '--gzip', at], archive)),
  };
}

/** The configuration of a deployment: its environment file without secrets, its Compose file and the files that containers mount. */
function configurationOf({ environment, envFile, composeFile, folder }: ComposeTarget): Readonly<Record<string, string>> {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const mounted = join('compose', environment);
  const names = existsSync(join(folder, mounted)) ? readdirSync(join(folder, mounted)) : [];
  return {
    [envFile]: configurationText(parseEnv(read(envFile)), environmentVariables),
    [composeFile]: read(composeFile),
    ...Object.fromEntries(names.map((name) => [join(mounted, name), read(join(mounted, name))])),
  };
}

/** A deployment with Docker Compose on this machine. */
export function composeBackupTarget(
  target: ComposeTarget,
  docker: Docker,
  { out, signal, env }: Pick<Context, 'out' | 'signal' | 'env'>,
): RestoreTarget {
  const variables = composeVariables(target, env);
  const PGUSER = valueIn(variables, 'DB_USER') ?? localDatabase.user;
  const database = valueIn(variables, 'DB_NAME') ?? localDatabase.database;
  const bucket = bucketOf(variables);
  // The release that runs, which the environment file need not name.
  let release = target;
  return {
    name: target.environment,
    database: postgresTarget(docker.programsIn('postgres', { PGUSER }), database),
    exports: bucket === undefined ? volumeFiles(docker.programsOn('api')) : bucketFiles(bucket, signal),
    configuration: () => configurationOf(target),
    prepare: async () => void (await docker.run(['up', '--detach', '--wait', 'postgres'])),
    async stop() {
      const containers = containersOf(await docker.run(ps));
      const image = containers.find(({ service }) => service === 'api')?.image;
      if (image?.includes('@sha256:')) release = withImage(target, image);
      const users = [...new Set(containers.map(({ service }) => service))].filter((service) => service !== 'postgres');
      if (users.length > 0) await docker.run(['stop', ...users]);
    },
    start: () => startRelease(release, dockerCompose(release, env, signal), { out, signal }),
  };
}
