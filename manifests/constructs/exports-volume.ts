import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { WorkloadRole } from '../../contract/roles.ts';
import type { Environment } from '../environments/environment.ts';
import { reads } from './container-variables.ts';
import { componentLabels } from './labels.ts';
import { volumeClaim } from './volume-claim.ts';

/** EXPORTS_DIR of the image. */
export const exportsFolder = '/app/exports';

/** Whether a role reads or writes exported files in a folder. */
export const usesExports = (role: WorkloadRole): boolean => reads('EXPORTS_DIR', role);

/** The claim of the volume, if the environment has one. */
export function addExportsVolume(scope: Construct, environment: Environment): void {
  if (environment.exports === undefined) return;
  new k8s.KubePersistentVolumeClaim(scope, 'exports-volume', {
    metadata: { name: environment.names.exports, labels: componentLabels(environment, 'analytics') },
    spec: volumeClaim(environment, environment.exports.storage),
  });
}

/** The volume and its mount in a role's pods, if the environment has one and the role uses it. */
export function exportsMount({ exports, names }: Environment, role: WorkloadRole) {
  if (exports === undefined || !usesExports(role)) return { volumes: [], volumeMounts: [] };
  return {
    volumes: [{ name: 'exports', persistentVolumeClaim: { claimName: names.exports } }],
    volumeMounts: [{ name: 'exports', mountPath: exportsFolder }],
  };
}
