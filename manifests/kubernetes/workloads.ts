import * as z from 'zod';
import type { KubernetesObject } from './object.ts';

const port = z.union([z.string(), z.number()]);
const probe = z.object({
  httpGet: z.object({ port, path: z.string().optional() }).optional(),
  exec: z.object({ command: z.array(z.string()).default([]) }).optional(),
  tcpSocket: z.object({ port }).optional(),
  grpc: z.object({ port }).optional(),
  periodSeconds: z.number().default(10),
  failureThreshold: z.number().default(3),
});
/** `optional`: the referenced object may be missing. */
const reference = z.object({ name: z.string(), optional: z.boolean().default(false) });
const environmentVariable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ configMapKeyRef: reference.optional(), secretKeyRef: reference.optional() }).optional(),
});

const container = z.object({
  name: z.string(),
  image: z.string().default(''),
  env: z.array(environmentVariable).default([]),
  envFrom: z.array(z.object({ configMapRef: reference.optional(), secretRef: reference.optional() })).default([]),
  ports: z
    .array(
      z.object({
        name: z.string().optional(),
        containerPort: z.number(),
        hostPort: z.number().optional(),
        protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
      }),
    )
    .default([]),
  resources: z
    .object({ requests: z.record(z.string(), z.unknown()).default({}), limits: z.record(z.string(), z.unknown()).default({}) })
    .default({ requests: {}, limits: {} }),
  securityContext: z
    .object({
      allowPrivilegeEscalation: z.boolean().optional(),
      readOnlyRootFilesystem: z.boolean().optional(),
      capabilities: z.object({ drop: z.array(z.string()).default([]) }).optional(),
    })
    .default({}),
  startupProbe: probe.optional(),
  livenessProbe: probe.optional(),
  readinessProbe: probe.optional(),
  volumeMounts: z.array(z.object({ name: z.string(), readOnly: z.boolean().default(false) })).default([]),
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }).optional() }).optional() }).optional(),
});

const volume = z.object({
  name: z.string(),
  configMap: reference.optional(),
  secret: z.object({ secretName: z.string(), optional: z.boolean().default(false) }).optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
  hostPath: z.object({ path: z.string() }).optional(),
});

const template = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    containers: z.array(container),
    initContainers: z.array(container).default([]),
    automountServiceAccountToken: z.boolean().optional(),
    serviceAccountName: z.string().optional(),
    priorityClassName: z.string().optional(),
    hostNetwork: z.boolean().default(false),
    hostPID: z.boolean().default(false),
    hostIPC: z.boolean().default(false),
    volumes: z.array(volume).default([]),
    topologySpreadConstraints: z.array(z.unknown()).default([]),
    terminationGracePeriodSeconds: z.number().default(30),
    securityContext: z
      .object({ runAsNonRoot: z.boolean().optional(), seccompProfile: z.object({ type: z.string() }).optional() })
      .default({}),
  }),
});

const spec = z.object({
  replicas: z.number().optional(),
  /** Of a StatefulSet. */
  serviceName: z.string().optional(),
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
  template,
});

const workloadKinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

/** `Kind/name`, as kubectl writes it. */
export const kindAndName = (object: KubernetesObject) => `${object.kind}/${object.metadata.name}`;

export const objectsOfKind = (objects: readonly KubernetesObject[], ...kinds: readonly string[]) =>
  objects.filter(({ kind }) => kinds.includes(kind));

/** False for Jobs and CronJobs, whose pods run to completion. */
export const runsContinuously = ({ kind }: { readonly kind: string }) => kind !== 'Job' && kind !== 'CronJob';

const podOwnerSpec = ({ kind, spec: own }: KubernetesObject): unknown => (kind === 'CronJob' ? Object(own).jobTemplate?.spec : own);

const parse = (object: KubernetesObject) => ({
  name: kindAndName(object),
  kind: object.kind,
  metadata: object.metadata,
  ...spec.parse(podOwnerSpec(object)),
});
export type ParsedWorkload = ReturnType<typeof parse>;

/** Objects never change after synthesis, and every policy reads the same ones. */
const cache = new WeakMap<KubernetesObject, ParsedWorkload>();

/** Every object that creates pods; only the fields that policies and the network matrix read are parsed. */
export function workloadsIn(objects: readonly KubernetesObject[]): ParsedWorkload[] {
  return objects
    .filter(({ kind }) => workloadKinds.has(kind))
    .map((object) => {
      const parsed = cache.get(object) ?? parse(object);
      cache.set(object, parsed);
      return parsed;
    });
}

/** Containers and init containers of all workloads; `path` identifies one in messages. */
export function containersIn(objects: readonly KubernetesObject[]) {
  return workloadsIn(objects).flatMap((owner) => {
    const { containers, initContainers } = owner.template.spec;
    return [
      ...containers.map((container) => ({ container, isInit: false })),
      ...initContainers.map((container) => ({ container, isInit: true })),
    ].map(({ container, isInit }) => ({ ...container, owner, isInit, path: `${owner.name} container ${container.name}` }));
  });
}

/** Whether a `matchLabels` selector selects a pod with these labels. */
export function matchesLabels(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
