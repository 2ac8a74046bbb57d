import { names } from '../../contract/product.ts';
import { thirdPartyImages } from '../../manifests/components/third-party-images.ts';
import { local } from '../../manifests/environments/local.ts';
import { product } from '../../manifests/targets/nginx/product.ts';
import { renderNginx } from '../../manifests/targets/nginx/render.ts';
import { edgeNamespace, getJson, kubectl, namespace } from './cluster.ts';

const name = 'nginx';
const files = '/etc/leyenda';
const serviceOf = (service: string): [string] => [`${service}.${namespace}.svc.cluster.local:${local.ports.service}`];

/** The product's nginx in front of the local environment's Services. */
const configuration = () =>
  renderNginx({
    ...product,
    serverNames: [local.edge.host],
    tls: { certificate: `${files}/tls.crt`, key: `${files}/tls.key` },
    upstreams: { api: serviceOf(names.services.api), graphql: serviceOf(names.services.graphql) },
    settings: local.config,
  });

/** nginx as a pod in the gateway's namespace, with the name `nginx`. */
export async function startNginx(): Promise<void> {
  const { data } = await getJson('secret', names.tls, '-n', namespace);
  const command = ['nginx', '-g', 'daemon off;', '-c', `${files}/nginx.conf`];
  const volumeMounts = [{ name: 'files', mountPath: files }];
  const objects = [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data, stringData: { 'nginx.conf': configuration() } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 443 }] } },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: name } },
      spec: {
        containers: [{ name, image: thirdPartyImages.nginx, command, volumeMounts, readinessProbe: { tcpSocket: { port: 443 } } }],
        volumes: [{ name: 'files', secret: { secretName: name } }],
      },
    },
  ];
  await kubectl(['delete', 'pod', name, '-n', edgeNamespace, '--ignore-not-found', '--grace-period=1']);
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await kubectl(['apply', '-n', edgeNamespace, '-f', '-'], JSON.stringify(list));
  await kubectl(['wait', '-n', edgeNamespace, `pod/${name}`, '--for=condition=Ready', '--timeout=60s']);
}
