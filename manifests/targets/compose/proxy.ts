import { ports } from '../../../contract/ports.ts';
import { timings } from '../../../contract/timings.ts';
import { thirdPartyImages } from '../../components/third-party-images.ts';
import { product } from '../nginx/product.ts';
import { renderNginx } from '../nginx/render.ts';
import type { NginxTarget } from '../nginx/target.ts';
import type { Port } from './compose-types.ts';
import type { ComposeDeployment } from './deployment.ts';
import { networksOf } from './networks.ts';
import { seconds } from './quantities.ts';
import type { ServiceSpec } from './service-spec.ts';

/** The user of the official image. */
const nginxUser = 101;

/** The product's nginx, without TLS if no HTTPS port is published. `local` serves every host name. */
function targetOf({ environment, published }: ComposeDeployment): NginxTarget {
  if (published.https) return product;
  const { tls: _, ...plain } = product;
  const serverNames = environment.stage === 'local' ? 'any' : ([environment.edge.host] as const);
  return { ...plain, serverNames, settings: environment.config };
}

/** Path of the configuration in this repository; with TLS it is the product's own. */
const configPath = ({ environment, published }: ComposeDeployment) =>
  published.https ? 'nginx/nginx.conf' : `compose/${environment.name}/nginx.conf`;

/** The only service with public ports; it starts after the services that it forwards to. */
export function proxyService(deployment: ComposeDeployment): ServiceSpec {
  const { published, platform } = deployment;
  const target = targetOf(deployment);
  const port = (inside: number, { port, loopback }: ComposeDeployment['published']['http']): Port => ({
    target: inside,
    published: port,
    ...(loopback && { host_ip: '127.0.0.1' }),
    ...(platform.kind === 'swarm' && { mode: 'host' }),
  });
  return {
    image: thirdPartyImages.nginx,
    user: nginxUser,
    configs: { [configPath(deployment)]: { text: renderNginx(target), target: '/etc/nginx/nginx.conf' } },
    secrets: target.tls
      ? [
          { source: 'TLS_CERTIFICATE', target: target.tls.certificate },
          { source: 'TLS_KEY', target: target.tls.key },
        ]
      : [],
    tmpfs: [
      { path: '/run', mebibytes: 1 },
      { path: '/var/cache/nginx', mebibytes: 64 },
    ],
    networks: networksOf('edge'),
    // Docker allows every user of a container to listen on ports below 1024.
    ports: [port(ports.service, published.http), ...(published.https ? [port(ports.https, published.https)] : [])],
    healthcheck: {
      test: ['CMD', 'wget', '-q', '--spider', `http://127.0.0.1:${ports.service}/nginx-health`],
      interval: seconds(30),
      timeout: seconds(10),
      retries: 3,
      start_period: seconds(10),
      start_interval: seconds(1),
    },
    dependsOn: { api: 'service_healthy', graphql: 'service_healthy' },
    stopGraceSeconds: timings.edge,
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
    // nginx starts a worker for each processor of the host.
    maxProcesses: 256,
    replicas: 'node',
  };
}
