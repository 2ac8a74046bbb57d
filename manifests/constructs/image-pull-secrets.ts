import type { Environment } from '../environments/environment.ts';

/** Field of a pod spec and of custom resources from which operators create pods. */
export const imagePullSecretsOf = ({ cluster }: Pick<Environment, 'cluster'>) =>
  cluster?.imagePullSecrets && { imagePullSecrets: cluster.imagePullSecrets.map((name) => ({ name })) };
