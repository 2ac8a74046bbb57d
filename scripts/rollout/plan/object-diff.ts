import { isSecretName } from '../../../contract/redact.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { essence } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { isRecord } from '../../values/json.ts';
import { maskSecrets } from '../../values/mask-secrets.ts';

/** A field that differs; undefined if it does not exist. */
export interface FieldChange {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Fields in which two versions of an object differ; values of Secrets and of variables with secret names are masked. */
export function changesBetween(before: KubeObject | undefined, after: KubeObject | undefined): FieldChange[] {
  const visible = (object: KubeObject | undefined) => (object === undefined ? undefined : maskedObject(object));
  return walk('', visible(before), visible(after));
}

/** The declared part of an object, with the values of a Secret masked. */
export const maskedObject = (object: KubeObject) => maskSecrets(essence(object), digestOf);

function walk(path: string, before: unknown, after: unknown): FieldChange[] {
  if (digestOf(before) === digestOf(after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return fields.flatMap((field) => walk(path === '' ? field : `${path}.${field}`, before[field], after[field]));
  }
  if (Array.isArray(before) && Array.isArray(after)) return walkLists(path, before, after);
  return [{ path, before: maskedAt(path, before), after: maskedAt(path, after) }];
}

/** Lists of named items (containers, variables, ports) are compared by name, others by position. */
function walkLists(path: string, before: readonly unknown[], after: readonly unknown[]): FieldChange[] {
  const index = (list: readonly unknown[]) => new Map(list.map((item, position) => [keyOf(item, position), item]));
  const [old, fresh] = [index(before), index(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) => walk(`${path}[${key}]`, old.get(key), fresh.get(key)));
}

/** Key of a list item in a path. */
export const keyOf = (item: unknown, position: number): string =>
  isRecord(item) && typeof item.name === 'string' ? item.name : String(position);

/** Masks values such as `env[API_KEY].value`, although manifests should not contain them. */
export function maskedAt(path: string, value: unknown): unknown {
  const last = path.endsWith('.value') ? path.slice(0, -'.value'.length) : path;
  const name = last.split(/[.[]/).at(-1) ?? '';
  return typeof value === 'string' && isSecretName(name) && (path.endsWith('.value') || path.startsWith('data.')) ? '•••' : value;
}
