import * as z from 'zod';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';

/** A rule over all objects of an environment; each violation is one sentence that names both sides. */
export type Policy = (objects: readonly KubernetesObject[], environment: Environment) => readonly string[];

const port = z.union([z.string(), z.number()]);
const probe = z.object({
  httpGet: z.object({ port }).optional(),
  tcpSocket: z.object({ port }).optional(),
  grpc: z.object({ port }).optional(),
});
/** A reference to an object; `optional`: it need not be there. */
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
  selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
  template,
});

const kinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

export const kindAndName = (object: KubernetesObject) => `${object.kind}/${object.metadata.name}`;
/** Of a kind, in the order of the objects. */
export const objectsOfKind = (objects: readonly KubernetesObject[], ...wanted: readonly string[]) =>
  objects.filter(({ kind }) => wanted.includes(kind));
/** Whether something stays until it is told to go; else it runs to its end. */
export const runsContinuously = ({ kind }: { readonly kind: string }) => kind !== 'Job' && kind !== 'CronJob';
/** Where what makes pods says so: a CronJob makes Jobs first. */
const podSpecOf = ({ kind, spec: own }: KubernetesObject): unknown => (kind === 'CronJob' ? Object(own).jobTemplate?.spec : own);

const owner = (object: KubernetesObject) => ({
  name: kindAndName(object),
  kind: object.kind,
  metadata: object.metadata,
  ...spec.parse(podSpecOf(object)),
});
export type ParsedWorkload = ReturnType<typeof owner>;

/** Objects never change once they are made, and every policy asks for the same. */
const owners = new WeakMap<KubernetesObject, ParsedWorkload>();

/** Everything that makes pods, parsed as far as the policies look. */
export function workloadsIn(objects: readonly KubernetesObject[]): ParsedWorkload[] {
  return objects
    .filter(({ kind }) => kinds.has(kind))
    .map((object) => {
      const known = owners.get(object) ?? owner(object);
      owners.set(object, known);
      return known;
    });
}

/** Their containers, with a name for messages. */
export function containersIn(objects: readonly KubernetesObject[]) {
  return workloadsIn(objects).flatMap((owner) => {
    const { containers: own, initContainers } = owner.template.spec;
    return [...own.map((each) => ({ each, isInit: false })), ...initContainers.map((each) => ({ each, isInit: true }))].map(
      ({ each, isInit }) => ({ ...each, owner, isInit, path: `${owner.name} container ${each.name}` }),
    );
  });
}

/** Whether a selector chooses a pod with these labels. */
export function matchesLabels(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
