import type { KubernetesObject } from './object.ts';
import { parseQuantity } from './quantity.ts';
import { listAt, valueAt } from './walk.ts';

/** An error in one field of an object. */
export interface FieldError {
  readonly path: readonly string[];
  /** States the values and the fix. */
  readonly text: string;
}

/** Path of the pod template by kind. */
const templates: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};
const runsToCompletion = (kind: string): boolean => kind === 'Job' || kind === 'CronJob';
/** The API server's rules that combine several fields of a pod template. */
export function validatePodTemplate(object: KubernetesObject): FieldError[] {
  const at = templates[object.kind];
  if (at === undefined) return [];
  const spec = valueAt(object, ...at, 'spec');
  const path = [...at, 'spec'];
  const volumes = [
    ...listAt(spec, 'volumes').map((volume) => valueAt(volume, 'name')),
    ...listAt(object, 'spec', 'volumeClaimTemplates').map((claim) => valueAt(claim, 'metadata', 'name')),
  ];
  const grace = Number(valueAt(spec, 'terminationGracePeriodSeconds') ?? 30);
  const containers = ['initContainers', 'containers'].flatMap((list) =>
    listAt(spec, list).map((container, position) => ({ container, path: [...path, list, String(position)] })),
  );
  return [
    ...validateRestartPolicy(object.kind, spec, path),
    ...containers.flatMap(({ container, path: own }) => [
      ...validateResources(container, own),
      ...validateMounts(container, own, volumes),
      ...validateProbes(container, own),
      ...validatePreStop(container, own, grace),
    ]),
  ];
}

function validateRestartPolicy(kind: string, spec: unknown, path: readonly string[]): FieldError[] {
  const policy = valueAt(spec, 'restartPolicy') ?? 'Always';
  const allowed = runsToCompletion(kind) ? ['Never', 'OnFailure'] : ['Always'];
  return allowed.includes(String(policy))
    ? []
    : [{ path: [...path, 'restartPolicy'], text: `(${String(policy)}) is not allowed for a ${kind}: use ${allowed.join(' or ')}` }];
}

function validateResources(container: unknown, path: readonly string[]): FieldError[] {
  const requests = Object(valueAt(container, 'resources', 'requests'));
  return Object.entries(requests).flatMap(([name, request]) => {
    const limit = valueAt(container, 'resources', 'limits', name);
    const [requested, max] = [parseQuantity(String(request)), limit === undefined ? undefined : parseQuantity(String(limit))];
    if (requested === undefined || max === undefined || requested <= max) return [];
    const text = `(${String(limit)}) is below resources.requests.${name} (${String(request)}): raise the limit, or lower the request`;
    return [{ path: [...path, 'resources', 'limits', name], text }];
  });
}

function validateMounts(container: unknown, path: readonly string[], volumes: readonly unknown[]): FieldError[] {
  return listAt(container, 'volumeMounts').flatMap((mount, position) => {
    const name = valueAt(mount, 'name');
    if (volumes.includes(name)) return [];
    const text = `(${String(name)}) is not a volume of the pod, which has ${volumes.join(', ') || 'none'}: add the volume, or correct the name`;
    return [{ path: [...path, 'volumeMounts', String(position), 'name'], text }];
  });
}

const handlers = ['httpGet', 'tcpSocket', 'exec', 'grpc'];

function validateProbes(container: unknown, path: readonly string[]): FieldError[] {
  return ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((name): FieldError[] => {
    const probe = valueAt(container, name);
    if (probe === undefined) return [];
    const given = handlers.filter((handler) => valueAt(probe, handler) !== undefined);
    const successes = valueAt(probe, 'successThreshold') ?? 1;
    return [
      ...(given.length === 1
        ? []
        : [{ path: [...path, name], text: `has ${given.join(' and ') || 'no handler'}: set exactly one of ${handlers.join(', ')}` }]),
      ...(name === 'readinessProbe' || successes === 1
        ? []
        : [
            {
              path: [...path, name, 'successThreshold'],
              text: `(${String(successes)}) must be 1: only a readinessProbe may require several successes`,
            },
          ]),
    ];
  });
}

function validatePreStop(container: unknown, path: readonly string[], grace: number): FieldError[] {
  const at = ['lifecycle', 'preStop', 'sleep', 'seconds'];
  const sleep = valueAt(container, ...at);
  if (sleep === undefined || (typeof sleep === 'number' && sleep >= 0 && sleep <= grace)) return [];
  const text = `(${String(sleep)}) must be from 0 to terminationGracePeriodSeconds (${grace}): sleep shorter, or raise the grace period`;
  return [{ path: [...path, ...at], text }];
}
