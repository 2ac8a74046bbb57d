import { k8s } from 'cdk8s-plus-28';
import type { Environment } from '../environments/environment.ts';

/** A volume of one pod, of the environment's storage class. */
export const volumeClaim = ({ cluster }: Pick<Environment, 'cluster'>, storage: string): k8s.PersistentVolumeClaimSpec => ({
  accessModes: ['ReadWriteOnce'],
  ...(cluster?.storageClass !== undefined && { storageClassName: cluster.storageClass }),
  resources: { requests: { storage: k8s.Quantity.fromString(storage) } },
});
