import type { DeploymentName } from '../../../contract/product.ts';
import type { KubernetesObject } from '../../kubernetes/object.ts';
import type { PolicyName } from '../index.ts';

/** A mistake in the objects of an environment, and what the policy that refuses it must say of it. */
export interface Example {
  readonly policy: PolicyName;
  readonly mistake: string;
  /** Whose objects; not set: those of production. */
  readonly of?: DeploymentName;
  readonly change: Change;
  /** Stands in the message: both sides. */
  readonly says: RegExp;
}
/** Makes the mistake in a copy of sound objects. */
type Change = (sound: readonly KubernetesObject[]) => KubernetesObject[];
type Path = readonly (string | number)[];

/** One value replaced in the first object of a kind whose name ends so; `undefined` takes it out. */
export function broken(kind: string, path: Path, value: unknown, end = ''): Change {
  return (sound) => {
    const copy = structuredClone(sound);
    const last = path.at(-1) ?? '';
    const holder = path.slice(0, -1).reduce<unknown>(
      (at, key) => Reflect.get(Object(at), key),
      copy.find((object) => object.kind === kind && object.metadata.name.endsWith(end)),
    );
    if (typeof holder !== 'object' || holder === null) throw new Error(`${kind} has no ${path.join('.')}`);
    if (value === undefined) Reflect.deleteProperty(holder, last);
    else Reflect.set(holder, last, value);
    return [...copy];
  };
}

export const added =
  (...more: readonly KubernetesObject[]): Change =>
  (sound) => [...sound, ...more];

/** An object again, under another name. */
export const twice =
  (kind: string, name: string): Change =>
  (sound) => [
    ...sound,
    ...sound
      .filter((object) => object.kind === kind)
      .slice(0, 1)
      .map((object) => ({ ...object, metadata: { ...object.metadata, name } })),
  ];

export const without =
  (kind: string, end = ''): Change =>
  (sound) =>
    sound.filter((object) => object.kind !== kind || !object.metadata.name.endsWith(end));

export const podSpec = ['spec', 'template', 'spec'] as const;
export const firstContainer = [...podSpec, 'containers', 0] as const;
