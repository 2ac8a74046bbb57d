import { ports } from '../../../contract/ports.ts';
import { timings } from '../../../contract/timings.ts';
import { thirdPartyImages } from '../../components/third-party-images.ts';
import type { Environment } from '../../environments/environment.ts';
import { product } from '../nginx/product.ts';
import { renderNginx } from '../nginx/render.ts';
import type { NginxTarget } from '../nginx/target.ts';
import type { Port } from './compose-types.ts';
import type { ComposeDeployment } from './deployment.ts';
import { hostReference, hostVariable } from './environment-file.ts';
import { httpCheck } from './healthcheck.ts';
import { networksOf } from './networks.ts';
import { seconds } from './quantities.ts';
import type { ServiceSpec } from './service-spec.ts';

/** The user of the official image. */
const nginxUser = 101;

/** Docker's DNS server, which has the same address in all networks. */
const dockerDns = '127.0.0.11';

/** The product's nginx in front of the containers, without TLS if no HTTPS port is published. `local` serves every host name. */
export function proxyTarget({ environment, published }: ComposeDeployment): NginxTarget {
  const { tls, ...plain } = product;
  return {
    ...plain,
    ...(published.https && tls && { tls }),
    serverNames: isNamed(environment) ? { variable: hostVariable } : 'any',
    upstreams: { api: [`api:${environment.ports.http}`], graphql: [`graphql:${environment.ports.graphql}`] },
    resolver: dockerDns,
    settings: environment.config,
    files: { ...plain.files, pid: `${writable}/nginx.pid`, temporary: writable },
  };
}

const isNamed = ({ stage }: Environment) => stage !== 'local';

const configuration = '/etc/nginx/nginx.conf';
/** The only writable folder. A tmpfs gets the mode of the image's folder, and no other one is open to the user. */
const writable = '/tmp';
const substituted = `${writable}/nginx.conf`;

/** Writes the host name into the configuration before nginx starts, which cannot read variables of its environment. */
const named: Pick<ServiceSpec, 'command' | 'environment'> = {
  command: [
    'sh',
    '-c',
    `envsubst '$$${hostVariable}' < ${configuration} > ${substituted} && exec nginx -c ${substituted} -g 'daemon off;'`,
  ],
  environment: { [hostVariable]: hostReference },
};

/** The only service with public ports; it starts after the services that it forwards to. */
export function proxyService(deployment: ComposeDeployment): ServiceSpec {
  const { environment, published, platform } = deployment;
  const target = proxyTarget(deployment);
  const port = (inside: number, { port, loopback }: ComposeDeployment['published']['http']): Port => ({
    target: inside,
    published: port,
    ...(loopback && { host_ip: '127.0.0.1' }),
    ...(platform.kind === 'swarm' && { mode: 'host' }),
  });
  return {
    image: thirdPartyImages.nginx,
    user: nginxUser,
    ...(isNamed(environment) && named),
    configs: { [`compose/${environment.name}/nginx.conf`]: { text: renderNginx(target), target: configuration } },
    secrets: target.tls
      ? [
          { source: 'TLS_CERTIFICATE', target: target.tls.certificate },
          { source: 'TLS_KEY', target: target.tls.key },
        ]
      : [],
    tmpfs: [{ path: writable, mebibytes: 64 }],
    networks: networksOf('edge', environment),
    // Docker allows every user of a container to listen on ports below 1024.
    ports: [port(ports.service, published.http), ...(published.https ? [port(ports.https, published.https)] : [])],
    healthcheck: {
      test: httpCheck(ports.service, '/nginx-health'),
      interval: seconds(30),
      timeout: seconds(10),
      retries: 3,
      start_period: seconds(10),
      start_interval: seconds(1),
    },
    dependsOn: { api: 'service_healthy', graphql: 'service_healthy' },
    stopGraceSeconds: timings.drain + timings.close,
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
    // nginx starts a worker for each processor of the host.
    maxProcesses: 256,
    replicas: 'node',
  };
}
