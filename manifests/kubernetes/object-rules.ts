import { isCidrWithin } from './cidr.ts';
import type { KubernetesObject } from './object.ts';
import type { FieldError } from './pod-rules.ts';
import { parseQuantity } from './quantity.ts';
import { missingFields, requiredFieldsByKind } from './required-fields.ts';
import { listAt, valueAt } from './walk.ts';

type ObjectRule = (object: KubernetesObject) => FieldError[];

const mebibyte = 2 ** 20;
const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value ?? ''));

const autoscaler: ObjectRule = ({ spec }) => {
  const [min, max] = [valueAt(spec, 'minReplicas') ?? 1, valueAt(spec, 'maxReplicas')];
  return typeof min === 'number' && typeof max === 'number' && min > max
    ? [{ path: ['spec', 'minReplicas'], text: `(${min}) is above maxReplicas (${max}): lower the minimum, or raise the maximum` }]
    : [];
};

const scaledObject: ObjectRule = ({ spec }) => {
  const [min, max] = [valueAt(spec, 'minReplicaCount') ?? 0, valueAt(spec, 'maxReplicaCount') ?? 100];
  return Number(min) > Number(max)
    ? [
        {
          path: ['spec', 'minReplicaCount'],
          text: `(${min}) is above maxReplicaCount (${max}): lower the minimum, or raise the maximum`,
        },
      ]
    : [];
};

const budget: ObjectRule = ({ spec }) =>
  valueAt(spec, 'minAvailable') !== undefined && valueAt(spec, 'maxUnavailable') !== undefined
    ? [{ path: ['spec'], text: 'has minAvailable and maxUnavailable: remove one of them' }]
    : [];

const service: ObjectRule = ({ spec }) => {
  const ports = listAt(spec, 'ports');
  const isExternal = valueAt(spec, 'type') === 'ExternalName';
  return [
    ...(ports.length > 1
      ? ports.flatMap((port, position) =>
          valueAt(port, 'name') === undefined
            ? [{ path: ['spec', 'ports', String(position)], text: 'has no name: each of several ports needs one' }]
            : [],
        )
      : []),
    ...(ports.length === 0 && !isExternal && valueAt(spec, 'clusterIP') !== 'None'
      ? [{ path: ['spec', 'ports'], text: 'is empty: add a port' }]
      : []),
  ];
};

const deployment: ObjectRule = ({ spec }) => {
  const type = valueAt(spec, 'strategy', 'type') ?? 'RollingUpdate';
  const rolling = valueAt(spec, 'strategy', 'rollingUpdate');
  const isZero = (value: unknown): boolean => Number.parseInt(String(value), 10) === 0;
  if (type === 'Recreate' && rolling !== undefined)
    return [{ path: ['spec', 'strategy', 'rollingUpdate'], text: 'is not allowed with type Recreate: remove it' }];
  if (isZero(valueAt(rolling, 'maxUnavailable') ?? '25%') && isZero(valueAt(rolling, 'maxSurge') ?? '25%'))
    return [
      {
        path: ['spec', 'strategy', 'rollingUpdate'],
        text: 'has maxUnavailable 0 and maxSurge 0: raise one of them, or no pod is ever replaced',
      },
    ];
  const [deadline, ready] = [valueAt(spec, 'progressDeadlineSeconds') ?? 600, valueAt(spec, 'minReadySeconds') ?? 0];
  return Number(deadline) > Number(ready)
    ? []
    : [{ path: ['spec', 'progressDeadlineSeconds'], text: `(${deadline}) must be above minReadySeconds (${ready}): raise it` }];
};

const networkPolicy: ObjectRule = ({ spec }) =>
  ['ingress', 'egress'].flatMap((direction) =>
    listAt(spec, direction).flatMap((rule, position): FieldError[] => {
      const path = ['spec', direction, String(position)];
      const peers = direction === 'ingress' ? 'from' : 'to';
      return [
        ...listAt(rule, peers).flatMap((peer, at) => validateExcept(valueAt(peer, 'ipBlock'), [...path, peers, String(at), 'ipBlock'])),
        ...listAt(rule, 'ports').flatMap((port, at) => validatePortRange(port, [...path, 'ports', String(at)])),
      ];
    }),
  );

function validateExcept(block: unknown, path: readonly string[]): FieldError[] {
  const cidr = String(valueAt(block, 'cidr'));
  return listAt(block, 'except').flatMap((except, position) =>
    isCidrWithin(String(except), cidr)
      ? []
      : [{ path: [...path, 'except', String(position)], text: `(${except}) is not within cidr (${cidr}): remove or correct it` }],
  );
}

function validatePortRange(port: unknown, path: readonly string[]): FieldError[] {
  const [first, last] = [valueAt(port, 'port'), valueAt(port, 'endPort')];
  if (last === undefined || (typeof first === 'number' && Number(last) >= first)) return [];
  return [{ path: [...path, 'endPort'], text: `(${last}) must not be below port (${first}), which must be a number: correct the range` }];
}

const limitRange: ObjectRule = ({ spec }) =>
  listAt(spec, 'limits').flatMap((limit, position) =>
    Object.entries(Object(valueAt(limit, 'defaultRequest'))).flatMap(([name, request]) => {
      const max = valueAt(limit, 'default', name);
      if (max === undefined || Number(parseQuantity(String(request))) <= Number(parseQuantity(String(max)))) return [];
      const text = `(${String(request)}) is above default (${String(max)}): lower the request, or raise the limit`;
      return [{ path: ['spec', 'limits', String(position), 'defaultRequest', name], text }];
    }),
  );

const role: ObjectRule = ({ rules }) =>
  listAt(rules).flatMap((rule, position): FieldError[] =>
    ['verbs', ...(valueAt(rule, 'nonResourceURLs') === undefined ? ['apiGroups', 'resources'] : [])]
      .filter((field) => listAt(rule, field).length === 0)
      .map((field) => ({ path: ['rules', String(position), field], text: 'is empty: name at least one' })),
  );

const configMap: ObjectRule = ({ data, binaryData }) => {
  const bytes = jsonBytes(data) + jsonBytes(binaryData);
  return bytes > mebibyte ? [{ path: ['data'], text: `has ${bytes} bytes, but at most ${mebibyte} are allowed: split it` }] : [];
};

/** The API server's rules that combine several fields of an object. */
const rules: Readonly<Record<string, ObjectRule>> = {
  HorizontalPodAutoscaler: autoscaler,
  ScaledObject: scaledObject,
  PodDisruptionBudget: budget,
  Service: service,
  Deployment: deployment,
  NetworkPolicy: networkPolicy,
  LimitRange: limitRange,
  Role: role,
  ClusterRole: role,
  ConfigMap: configMap,
};

const maxAnnotationBytes = 256 * 1024;

/** Checks the rules for a whole object: required fields, combinations of fields, sizes. */
export function validateObject(object: KubernetesObject): FieldError[] {
  const bytes = jsonBytes(object.metadata.annotations);
  const missing = missingFields(object, requiredFieldsByKind[object.kind] ?? []);
  return [
    ...missing.map((path) => ({ path, text: 'is missing: add it' })),
    ...(rules[object.kind]?.(object) ?? []),
    ...(bytes > maxAnnotationBytes
      ? [{ path: ['metadata', 'annotations'], text: `have ${bytes} bytes, but at most ${maxAnnotationBytes} are allowed: shorten them` }]
      : []),
  ];
}
