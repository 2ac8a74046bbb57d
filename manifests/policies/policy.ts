import * as z from 'zod';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../objects.ts';

/** A rule over all objects of an environment; each violation is one sentence that names both sides. */
export type Policy = (objects: readonly KubernetesObject[], environment: Environment) => readonly string[];

const container = z.object({
  name: z.string(),
  image: z.string().default(''),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
  ports: z
    .array(z.object({ name: z.string().optional(), containerPort: z.number(), protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP') }))
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
  startupProbe: z.unknown().optional(),
  livenessProbe: z.unknown().optional(),
  readinessProbe: z.unknown().optional(),
  volumeMounts: z.array(z.object({ name: z.string(), readOnly: z.boolean().default(false) })).default([]),
  lifecycle: z.object({ preStop: z.object({ sleep: z.object({ seconds: z.number() }).optional() }).optional() }).optional(),
});

const template = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({
    containers: z.array(container),
    initContainers: z.array(container).default([]),
    automountServiceAccountToken: z.boolean().optional(),
    serviceAccountName: z.string().optional(),
    volumes: z.array(z.object({ name: z.string(), hostPath: z.object({ path: z.string() }).optional() })).default([]),
    terminationGracePeriodSeconds: z.number().default(30),
    securityContext: z
      .object({ runAsNonRoot: z.boolean().optional(), seccompProfile: z.object({ type: z.string() }).optional() })
      .default({}),
  }),
});

const workload = z.object({
  spec: z.object({
    replicas: z.number().optional(),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }).optional(),
    template,
  }),
});

const kinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob']);

/** What says how its pods are: a CronJob has it within its Job. */
const schedule = z.object({ spec: z.object({ jobTemplate: workload }) });
const podsOf = (object: KubernetesObject) =>
  object.kind === 'CronJob' ? schedule.parse(object).spec.jobTemplate.spec : workload.parse(object).spec;

export const nameOf = (object: KubernetesObject) => `${object.kind}/${object.metadata.name}`;

/** Everything that makes pods, parsed as far as the policies look. */
export function workloads(objects: readonly KubernetesObject[]) {
  return objects
    .filter(({ kind }) => kinds.has(kind))
    .map((object) => ({ name: nameOf(object), kind: object.kind, metadata: object.metadata, ...podsOf(object) }));
}

/** Their containers, with a name for messages. */
export function containers(objects: readonly KubernetesObject[]) {
  return workloads(objects).flatMap((owner) =>
    [...owner.template.spec.containers, ...owner.template.spec.initContainers].map((each) => ({
      ...each,
      owner,
      path: `${owner.name} container ${each.name}`,
    })),
  );
}

/** Whether a selector chooses a pod with these labels. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}
