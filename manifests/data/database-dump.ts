import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { BackupVariable } from '../../contract/backup.ts';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { configurationOf } from '../constructs/container-variables.ts';
import { exportsMount } from '../constructs/exports-volume.ts';
import { componentLabels } from '../constructs/labels.ts';
import { localDatabase } from '../constructs/local-database.ts';
import { hardenedPodTemplate, imageUser, withDisk } from '../constructs/pod.ts';
import { secretVariables } from '../constructs/secret-variables.ts';
import { volumeClaim } from '../constructs/volume-claim.ts';
import type { Environment, Resources, StatefulDatabase } from '../environments/environment.ts';
import { passwordKey } from './stateful-postgres.ts';

const folder = '/backups';
const programs = '/programs';
const resources: Resources = { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '1', memory: '512Mi' } };

/**
 * Copies the client programs of the server's image, with their libraries and their loader, for the container with the service's image, which
 * has another C library. pg_dump of another release may not dump everything.
 */
export const copyPrograms = (target = programs) => `set -eu
mkdir -p ${target}/bin ${target}/lib
bin=$(dirname "$(readlink -f "$(command -v postgres)")")
for name in psql pg_dump pg_restore; do
  path=$bin/$name
  cp "$path" ${target}/lib/$name
  ldd "$path" | sed -n 's|^[^/]*\\(/[^ ]*\\).*|\\1|p' | while read -r library; do cp -L "$library" ${target}/lib/; done
  [ -s "${target}/lib/$name" ]
  loader=$(cd ${target}/lib && ls | grep '^ld-' | head -n 1)
  printf '#!/bin/sh\\nexec %s/lib/%s --library-path %s/lib %s/lib/%s "$@"\\n' ${target} "$loader" ${target} ${target} $name > ${target}/bin/$name
  chmod 755 ${target}/bin/$name
done
`;

/** With a bucket, exported files are in it, and sets are copied to it. */
const bucketSecrets = ({ config }: Environment) =>
  config.S3_BUCKET === undefined ? [] : (['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const);

/**
 * Scheduled, verified backups of the StatefulSet's PostgreSQL and of exported files to a volume, as `leyenda backup` makes them.
 * @param image of the service
 */
export function addDatabaseDump(
  scope: Construct,
  environment: Environment,
  backups: NonNullable<StatefulDatabase['backups']>,
  image: string,
): void {
  const { names, ports } = environment;
  const metadata = { name: names.backup, labels: componentLabels(environment, 'backup') };
  new k8s.KubePersistentVolumeClaim(scope, 'backup-volume', {
    metadata,
    spec: volumeClaim(environment, backups.storage),
  });
  const variables: Readonly<Record<BackupVariable, string>> = {
    BACKUP_RECIPIENT: backups.recipient,
    BACKUP_DIR: folder,
    RETENTION_DAYS: '0',
    RETENTION_SETS: String(backups.keep),
    DB_NAME: localDatabase.database,
    DB_USER: localDatabase.user,
  };
  const exported = exportsMount(environment, 'api');
  const pod = hardenedPodTemplate(environment, {
    component: 'backup',
    user: imageUser,
    resources,
    container: {
      image,
      command: ['node', '/app/backup.js'],
      args: ['backup'],
      env: [
        { name: 'PATH', value: `${programs}/bin:/usr/local/bin:/usr/bin:/bin` },
        { name: 'PGHOST', value: names.postgres },
        { name: 'PGPORT', value: String(ports.postgres) },
        { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: names.secrets, key: passwordKey } } },
        { name: 'BACKUP_TARGET', value: environment.name },
        ...bucketSecrets(environment).flatMap((name) => secretVariables(environment, 'api', name, true)),
        // The settings of the service, for the configuration in a set.
        ...[...Object.entries(variables), ...Object.entries(configurationOf(environment, 'api'))].map(([name, value]) => ({ name, value })),
      ],
      volumeMounts: [
        { name: 'backups', mountPath: folder },
        { name: 'programs', mountPath: programs, readOnly: true },
        ...exported.volumeMounts,
      ],
    },
    writablePaths: ['/tmp'],
    spec: {
      restartPolicy: 'Never',
      initContainers: [
        {
          name: 'programs',
          image: thirdPartyImages.postgres,
          imagePullPolicy: 'IfNotPresent',
          command: ['sh', '-c', copyPrograms()],
          // Its folder of programs.
          resources: withDisk(resources, 1),
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
          volumeMounts: [{ name: 'programs', mountPath: programs }],
        },
      ],
      volumes: [
        { name: 'backups', persistentVolumeClaim: { claimName: names.backup } },
        { name: 'programs', emptyDir: { sizeLimit: k8s.Quantity.fromString('64Mi') } },
        ...exported.volumes,
      ],
    },
  });
  new k8s.KubeCronJob(scope, 'backup', {
    metadata,
    spec: {
      schedule: backups.schedule,
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: { spec: { backoffLimit: 1, activeDeadlineSeconds: 3600, ttlSecondsAfterFinished: 86_400, template: pod } },
    },
  });
}
