import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { componentLabels } from '../constructs/labels.ts';
import type { CloudNativePgDatabase, Environment, SecretName } from '../environments/environment.ts';

/** Fields of `ObjectStore` (barmancloud.cnpg.io/v1, plugin 0.15) that are used; @kubernetes-models/cloudnative-pg does not have this kind. */
interface ObjectStoreSpec {
  readonly configuration: {
    readonly destinationPath: `s3://${string}`;
    readonly s3Credentials: Readonly<Record<'accessKeyId' | 'secretAccessKey', { readonly name: string; readonly key: SecretName }>>;
    readonly data: { readonly compression: 'gzip' | 'snappy'; readonly encryption: 'AES256'; readonly jobs: number };
    readonly wal: { readonly compression: 'gzip' | 'zstd'; readonly encryption: 'AES256'; readonly maxParallel: number };
  };
  readonly retentionPolicy: string;
  readonly instanceSidecarConfiguration: {
    readonly resources: Readonly<Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }>>;
  };
}

/** Resources of each instance's sidecar, which uploads WAL and backups. */
export const backupSidecar = { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '500m', memory: '512Mi' } } as const;

/** The bucket for backups and WAL, with the name of the database cluster. */
export function addObjectStore(scope: Construct, environment: Environment, backups: NonNullable<CloudNativePgDatabase['backups']>): void {
  const { names } = environment;
  const { destination, retention } = backups;
  const spec: ObjectStoreSpec = {
    configuration: {
      destinationPath: destination,
      s3Credentials: {
        accessKeyId: { name: names.secrets, key: 'BACKUP_ACCESS_KEY_ID' },
        secretAccessKey: { name: names.secrets, key: 'BACKUP_SECRET_ACCESS_KEY' },
      },
      data: { compression: 'gzip', encryption: 'AES256', jobs: 2 },
      wal: { compression: 'gzip', encryption: 'AES256', maxParallel: 4 },
    },
    retentionPolicy: retention,
    instanceSidecarConfiguration: { resources: backupSidecar },
  };
  new ApiObject(scope, 'object-store', {
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata: { name: names.postgres, labels: { ...componentLabels(environment, 'postgres') } },
    spec,
  });
}
