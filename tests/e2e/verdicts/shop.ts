import { endpoints } from '../../../contract/endpoints/index.ts';
import { ports } from '../../../contract/ports.ts';
import { metadataKeys, names } from '../../../contract/product.ts';
import { contentHash } from '../../../manifests/constructs/content-hash.ts';
import type { KubeObject } from '../../../scripts/cluster/objects.ts';
import type { Chart } from '../../../scripts/rollout/plan/deploy-order.ts';

type Json = Readonly<Record<string, unknown>>;

/** A release of the shop: a small fake of the service with the same names, in a few objects. */
export interface Shop {
  readonly namespace: string;
  readonly image: string;
  /** What `tests/e2e/images/stand-in.js` does. */
  readonly behaviour?: string;
  /** More variables of the container. */
  readonly env?: readonly Json[];
  /** Content of its configuration, under a name that carries its hash. */
  readonly configuration?: Readonly<Record<string, string>>;
  readonly replicas?: number;
  readonly workload?: 'Deployment' | 'StatefulSet';
  /** More annotations of the pods. */
  readonly annotations?: Json;
  /** Merged into the workload's spec, the pod's, the container's. */
  readonly spec?: Json;
  readonly pod?: Json;
  readonly container?: Json;
  /** What the migration does; not set: there is none. */
  readonly migration?: string;
  readonly migrationSpec?: Json;
  /** The schema that it leaves, and the one that a release must know to work on it. */
  readonly schema?: readonly [version: string, serves: string];
  readonly others?: readonly KubeObject[];
  /** Of the Service; not set: that of its pods. */
  readonly serviceSelector?: Readonly<Record<string, string>>;
}

const restricted = { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
const podSecurity = { runAsNonRoot: true, runAsUser: 1001, seccompProfile: { type: 'RuntimeDefault' } };
const resources = { requests: { cpu: '10m', memory: '48Mi' }, limits: { memory: '128Mi' } };
const app = (component: string) => ({ app: component });

/** A pod of the stand-in. `more`: fields of the pod and of its container. */
export function standIn(
  image: string,
  behaviour: string,
  more: { readonly env?: readonly Json[]; readonly pod?: Json; readonly container?: Json } = {},
) {
  const env = [{ name: 'BEHAVIOUR', value: behaviour }, ...(more.env ?? [])];
  const container = { name: 'api', image, env, resources, securityContext: restricted, ...more.container };
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity,
    terminationGracePeriodSeconds: 5,
    ...more.pod,
    containers: [container],
  };
}

const probe = (path: string) => ({ httpGet: { path, port: ports.http }, periodSeconds: 1, failureThreshold: 1 });

/** A release of the shop as charts, in the order in which the release tool applies the product's. */
export function shop({ namespace, image, behaviour = 'well', ...release }: Shop): Chart[] {
  const object = (apiVersion: string, kind: string, name: string, rest: Json, metadata: Json = {}): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name, namespace, ...metadata },
    ...rest,
  });
  const data = release.configuration ?? { GREETING: 'hello' };
  const config = object('v1', 'ConfigMap', `${names.config}-${contentHash(data)}`, { data });
  const workload = release.workload ?? 'Deployment';
  const spec = standIn(image, behaviour, {
    ...release,
    env: [{ name: 'GREETING', valueFrom: { configMapKeyRef: { name: config.metadata.name, key: 'GREETING' } } }, ...(release.env ?? [])],
    container: { ports: [{ containerPort: ports.http }], readinessProbe: probe(endpoints.ready.path), ...release.container },
  });
  const id = contentHash(spec);
  const [container] = spec.containers;
  const template = {
    metadata: { labels: app('api'), annotations: { ...release.annotations, [metadataKeys.release]: id } },
    spec: { ...spec, containers: [{ ...container, env: [...(container?.env ?? []), { name: 'RELEASE', value: id }] }] },
  };
  const kindSpec =
    workload === 'StatefulSet' ? { serviceName: names.services.api } : { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } } };
  const replicas = release.replicas ?? 2;
  const schema = release.schema ?? ['0001', '0001'];
  const migration =
    release.migration === undefined
      ? []
      : [
          object(
            'batch/v1',
            'Job',
            `${names.migrate}-${contentHash({ spec, migration: release.migration })}`,
            {
              spec: {
                backoffLimit: 0,
                template: { spec: { ...standIn(image, release.migration), restartPolicy: 'Never' } },
                ...release.migrationSpec,
              },
            },
            { annotations: { [metadataKeys.schema]: schema[0], [metadataKeys.schemaCompatibleFrom]: schema[1] } },
          ),
        ];
  const service = object('v1', 'Service', names.services.api, {
    spec: { selector: release.serviceSelector ?? app('api'), ports: [{ port: 80, targetPort: ports.http }] },
  });
  const run = object('apps/v1', workload, names.api, {
    spec: { replicas, selector: { matchLabels: app('api') }, ...kindSpec, template, ...release.spec },
  });
  return [{ chart: 'service', objects: [config, ...migration, service, run, ...(release.others ?? [])] }];
}

export const objectsOf = (charts: readonly Chart[]): readonly KubeObject[] => charts.flatMap(({ objects }) => objects);
