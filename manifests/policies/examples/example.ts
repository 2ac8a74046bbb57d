import type { DeploymentName } from '../../environments/index.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import type { PolicyName } from '../index.ts';

/** A mistake in the objects of an environment, and the message of the policy that rejects it. */
export interface Example {
  readonly policy: PolicyName;
  readonly mistake: string;
  /** Default: production. */
  readonly environment?: DeploymentName;
  readonly change: Change;
  /** Must match the policy's message. */
  readonly message: RegExp;
}
/** Returns valid objects with the mistake in them; the input stays unchanged. */
type Change = (valid: readonly KubernetesObject[]) => KubernetesObject[];
type Path = readonly (string | number)[];

/** Replaces one value in the first object of a kind whose name ends with `end`; `undefined` removes it. */
export function broken(kind: string, path: Path, value: unknown, end = ''): Change {
  return (valid) => {
    const copy = structuredClone(valid);
    const last = path.at(-1) ?? '';
    const parent = path.slice(0, -1).reduce<unknown>(
      (at, key) => Reflect.get(Object(at), key),
      copy.find((object) => object.kind === kind && object.metadata.name.endsWith(end)),
    );
    if (typeof parent !== 'object' || parent === null) throw new Error(`${kind} has no ${path.join('.')}`);
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else Reflect.set(parent, last, value);
    return [...copy];
  };
}

export const added =
  (...more: readonly KubernetesObject[]): Change =>
  (valid) => [...valid, ...more];

/** Adds a copy of the first object of a kind whose name ends with `end` under another name. */
export const duplicated =
  (kind: string, name: string, end = ''): Change =>
  (valid) => [
    ...valid,
    ...valid
      .filter((object) => object.kind === kind && object.metadata.name.endsWith(end))
      .slice(0, 1)
      .map((object) => ({ ...object, metadata: { ...object.metadata, name } })),
  ];

export const without =
  (kind: string, end = ''): Change =>
  (valid) =>
    valid.filter((object) => object.kind !== kind || !object.metadata.name.endsWith(end));

export const podSpec = ['spec', 'template', 'spec'] as const;
export const firstContainer = [...podSpec, 'containers', 0] as const;
