import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { componentLabels } from '../constructs/labels.ts';
import { localDatabase } from '../constructs/local-database.ts';
import { hardenedPodTemplate } from '../constructs/pod.ts';
import { volumeClaim } from '../constructs/volume-claim.ts';
import type { Environment, Resources, StatefulDatabase } from '../environments/environment.ts';
import { passwordKey, postgresUser } from './stateful-postgres.ts';

const folder = '/backups';
const resources: Resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } };

/**
 * Creates a dump, verifies it and then gives it its final name; deletes all but the newest `keep` dumps. An interrupted dump keeps the suffix
 * `.partial`, and the next run deletes it.
 */
export const dumpScript = (keep: number) => `set -eu
name=${folder}/postgres_backup_$(date -u +%Y%m%d_%H%M%S).dump
rm -f ${folder}/*.partial
pg_dump --format=custom --compress=9 --file="$name.partial"
pg_restore --list "$name.partial" > /dev/null
mv "$name.partial" "$name"
ls -1 ${folder}/postgres_backup_*.dump | sort -r | tail -n +${keep + 1} | xargs -r rm -f
`;

/** Scheduled dumps of the StatefulSet's PostgreSQL to a volume, with the tools of the server's image. */
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
  const pod = hardenedPodTemplate(environment, {
    component: 'backup',
    user: postgresUser,
    resources,
    container: {
      image,
      command: ['sh', '-c', dumpScript(backups.keep)],
      env: [
        { name: 'PGHOST', value: names.postgres },
        { name: 'PGPORT', value: String(ports.postgres) },
        { name: 'PGUSER', value: localDatabase.user },
        { name: 'PGDATABASE', value: localDatabase.database },
        { name: 'PGPASSWORD', valueFrom: { secretKeyRef: { name: names.secrets, key: passwordKey } } },
      ],
      volumeMounts: [{ name: 'backups', mountPath: folder }],
    },
    writablePaths: ['/tmp'],
    spec: { restartPolicy: 'Never', volumes: [{ name: 'backups', persistentVolumeClaim: { claimName: names.backup } }] },
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
