import type { Environment } from '../../manifests/environments/environment.ts';
import { local } from '../../manifests/environments/local.ts';

const { backups, ...database } = { backups: undefined, ...local.database };

/** Like `local`: with stores of its own and without operators. An Ingress, because clusters know it without further kinds. */
const rehearsed = (name: 'staging' | 'production'): Environment => {
  const host = `${name}.captions.localhost`;
  return {
    ...local,
    name,
    stage: name,
    namespace: `rehearsal-${name}`,
    config: { ...local.config, TRUSTED_HOSTS: host, CORS_ORIGINS: `https://${host}` },
    database,
    edge: { kind: 'ingress', host, className: 'nginx', namespace: 'ingress-nginx', tls: { kind: 'by-hand' } },
  };
};

/** The environments that a rehearsal deploys in place of those of the repository, which need operators and a public host. */
export const staging = rehearsed('staging');
export const production = rehearsed('production');
export const rehearsedEnvironments = [staging, production] as const;

/** Files of the commit that the bundle of the release tool is built with. */
export const overlay: Readonly<Record<string, string>> = {
  'manifests/environments/staging.ts': "export { staging } from '../../scripts/rehearsal/environments.ts';\n",
  'manifests/environments/production.ts': "export { production } from '../../scripts/rehearsal/environments.ts';\n",
};
