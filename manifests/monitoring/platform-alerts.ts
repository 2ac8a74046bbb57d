import { maximumBackupHours } from '../../contract/backup.ts';
import type { Environment } from '../environments/environment.ts';
import { above, below, both, either, gauge, minRatio, predicted, secondsSince, secondsUntil, unscoped } from '../prometheus/promql.ts';
import type { Alert } from './alert.ts';

const [hour, day] = [3600, 86_400];

export const platformThresholds = {
  /** Seconds since the last backup. */
  backupAge: maximumBackupHours * hour,
  /** Seconds until a certificate expires: renewal has failed for two weeks then. */
  certificate: 14 * day,
  /** Free share of a disk. */
  diskFree: 0.1,
  /** Free share above which a forecast is not of interest. */
  diskForecastBelow: 0.4,
} as const;

type Scope = Pick<Environment, 'database' | 'edge' | 'names' | 'namespace' | 'workloads'>;

/** Whether a backup that is due leaves a time: the operator's metric, or that of the workers. */
const hasBackups = ({ database, workloads }: Scope): boolean =>
  database.kind !== 'external' && database.backups !== undefined && (database.kind === 'cloudnative-pg' || workloads.worker !== undefined);

const backupAge: Alert = {
  alert: 'BackupOld',
  expression: above(secondsSince(either(gauge('backupLastSuccess'), gauge('operatorBackup'))), platformThresholds.backupAge),
  for: '1h',
  severity: 'critical',
  summary: 'There is no recent backup',
  description: `The last complete backup of the database is older than ${maximumBackupHours} hours, or there is none`,
  runbook: 'backups.md',
};

const certificate = ({ edge, names, namespace }: Scope): Alert => ({
  alert: 'CertificateExpiring',
  // cert-manager's, whose label of the namespace depends on `honorLabels`, or that which a blackbox exporter sees; neither is a target of
  // the environment.
  expression: below(
    secondsUntil(
      either(
        ...(['namespace', 'exported_namespace'] as const).map((label) =>
          unscoped(gauge('certificateExpiry', { name: { is: names.tls }, [label]: { is: namespace } })),
        ),
        unscoped(gauge('probedCertificateExpiry', { instance: { matches: `https://${edge.host}.*` } })),
      ),
    ),
    platformThresholds.certificate,
  ),
  for: '1h',
  severity: 'critical',
  summary: 'The certificate expires soon',
  description: `The certificate of ${edge.host} is valid for less than ${platformThresholds.certificate / day} days`,
  runbook: 'certificate.md',
});

type Disk =
  | readonly [free: 'volumeFree', size: 'volumeSize', by: 'persistentvolumeclaim']
  | readonly [free: 'diskFree', size: 'diskSize', by: 'folder'];
const disk = (...[free, size, by]: Disk): readonly Alert[] => [
  {
    alert: 'DiskNearlyFull',
    expression: below(minRatio(free, size, { by: [by] }), platformThresholds.diskFree),
    labels: { disk: by },
    for: '5m',
    severity: 'critical',
    summary: 'A disk is nearly full',
    description: `{{ $labels.${by} }} has less than ${platformThresholds.diskFree * 100} % free`,
    runbook: 'disk.md',
  },
  {
    alert: 'DiskFilling',
    expression: both(
      below(predicted(free, '6h', day, { by: [by] }), 0),
      below(minRatio(free, size, { by: [by] }), platformThresholds.diskForecastBelow),
    ),
    labels: { disk: by },
    for: '30m',
    severity: 'warning',
    summary: 'A disk will be full within a day',
    description: `{{ $labels.${by} }} is full in 24 hours if it fills as in the last six`,
    runbook: 'disk.md',
  },
];

/** Alerts on backups, certificates and disks. */
export const platformAlerts = (environment: Scope): readonly Alert[] => [
  ...(hasBackups(environment) ? [backupAge] : []),
  certificate(environment),
  // Of the processes' own folders, and of all volumes of the namespace.
  ...disk('diskFree', 'diskSize', 'folder'),
  ...disk('volumeFree', 'volumeSize', 'persistentvolumeclaim'),
];
