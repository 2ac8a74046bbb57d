import { contentHash } from '../../constructs/content-hash.ts';
import { composeService, configName } from './compose-service.ts';
import type { ComposeFile, Config, Secret, Volume } from './compose-types.ts';
import type { ComposeDeployment } from './deployment.ts';
import { bridges, overlays } from './networks.ts';
import { proxyService } from './proxy.ts';
import { exportsVolume, roleServices } from './roles.ts';
import type { SecretName } from './secrets.ts';
import type { ServiceSpec, ServiceSpecs } from './service-spec.ts';
import { databaseVolume, postgresService, redisService } from './stores.ts';

/** All services of a deployment, by name. */
export const serviceSpecs = (deployment: ComposeDeployment): ServiceSpecs => ({
  postgres: postgresService(deployment),
  redis: redisService(deployment),
  ...roleServices(deployment.environment),
  proxy: proxyService(deployment),
});

/** The Compose file of a deployment. Pure. */
export function composeFile(deployment: ComposeDeployment): ComposeFile {
  const { platform, project } = deployment;
  const units = serviceSpecs(deployment);
  return {
    // Swarm takes the name from the command line.
    ...(platform.kind === 'docker' && { name: project }),
    services: Object.fromEntries(Object.entries(units).map(([name, unit]) => [name, composeService(unit, name, deployment)])),
    networks: platform.kind === 'swarm' ? overlays() : bridges(platform.subnet),
    volumes: { [databaseVolume]: volume(deployment), ...(deployment.environment.exports && { [exportsVolume]: {} }) },
    configs: Object.fromEntries(Object.entries(filesOf(units)).map(([path, text]) => [configName(path), config(path, text, deployment)])),
    secrets: Object.fromEntries(secretNames(units).map((name) => [name, secret(name, deployment)])),
  };
}

/** On a swarm an administrator creates the volume on its node; it outlives the stack. */
const volume = ({ platform, project }: ComposeDeployment): Volume =>
  platform.kind === 'swarm' ? { external: true, name: `${project}_${databaseVolume}` } : {};

/** The files that these services mount: path from the root → text. */
export const filesOf = (units: ServiceSpecs): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.values<ServiceSpec>(units).flatMap(({ configs = {} }) => Object.entries(configs).map(([path, { text }]) => [path, text])),
  );

/** The secrets that these services read. */
export const secretNames = (units: ServiceSpecs): readonly SecretName[] =>
  [...new Set(Object.values<ServiceSpec>(units).flatMap(({ secrets = [] }) => secrets.map(nameOf)))].sort();
const nameOf = (secret: SecretName | { readonly source: SecretName }) => (typeof secret === 'string' ? secret : secret.source);

const config = (path: string, text: string, { platform, project }: ComposeDeployment): Config =>
  platform.kind === 'swarm' ? { file: `./${path}`, name: `${project}_${configName(path)}_${contentHash(text)}` } : { file: `./${path}` };

/** A file for each secret, which Docker mounts. It could not copy secrets of other sources into a read-only container. */
const secret = (name: SecretName, { platform, project, environment }: ComposeDeployment): Secret =>
  platform.kind === 'swarm' ? { external: true, name: `${project}_${name}` } : { file: `./.secrets/${environment.name}/${name}` };
