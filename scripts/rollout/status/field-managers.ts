import type { KubeObject } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { at, isRecord, listAt, textAt } from '../../values/json.ts';
import { keyOf } from '../plan/object-diff.ts';

/** One entry of an object's `managedFields`: who wrote which fields, last when. */
export interface FieldManager {
  /** As people know it: `kubectl-set`, `kubectl (scale)`. */
  readonly name: string;
  readonly manager: string;
  /** RFC 3339; empty where it is not told. */
  readonly time: string;
  /** Paths of the leaves that it owns and that are there, as a diff names them, with their values. */
  readonly fields: ReadonlyMap<string, unknown>;
}

/** Who owns the fields of an object besides its status, latest first. `shown` is the object as its paths and values are to be read. */
export function fieldManagers(object: KubeObject, shown: unknown): FieldManager[] {
  return listAt(object, 'metadata', 'managedFields')
    .filter((entry) => textAt(entry, 'subresource') !== 'status')
    .map((entry) => {
      const [manager, subresource] = [textAt(entry, 'manager') ?? '', textAt(entry, 'subresource') ?? ''];
      const name = subresource === '' ? manager : `${manager} (${subresource})`;
      return { name, manager, time: textAt(entry, 'time') ?? '', fields: new Map(leaves('', at(entry, 'fieldsV1'), shown)) };
    })
    .toSorted((a, b) => b.time.localeCompare(a.time));
}

/**
 * The leaves of a field set (structured-merge-diff's FieldsV1) that the object has: `f:name` is a field, `k:{…}` the item of a list with
 * these keys, `v:…` an item that is this very value, `.` the thing itself.
 */
function leaves(path: string, set: unknown, value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  const inner = Object.entries(isRecord(set) ? set : {}).filter(([key]) => key !== '.');
  if (inner.length === 0) return path === '' ? [] : [[path, value]];
  return inner.flatMap(([key, below]) => {
    const [kind, name] = [key.slice(0, 2), key.slice(2)];
    if (kind === 'f:') return leaves(path === '' ? name : `${path}.${name}`, below, isRecord(value) ? value[name] : undefined);
    const position = Array.isArray(value) ? value.findIndex((item) => isMeant(kind, name, item)) : -1;
    if (!Array.isArray(value) || position === -1) return [];
    return leaves(`${path}[${keyOf(value[position], position)}]`, below, value[position]);
  });
}

/** Whether a key of a field set means this item of a list. */
function isMeant(kind: string, json: string, item: unknown): boolean {
  const wanted: unknown = JSON.parse(json);
  if (kind === 'v:') return digestOf(wanted) === digestOf(item);
  return kind === 'k:' && isRecord(wanted) && Object.entries(wanted).every(([name, value]) => at(item, name) === value);
}

/** Who wrote a field last: the owner of it, of what is in it or of what it is in. Undefined where it has none, as a field that is gone. */
export function lastWriter(path: string, managers: readonly FieldManager[]): string | undefined {
  return managers.find(({ fields }) => [...fields.keys()].some((owned) => owned === path || isWithin(owned, path) || isWithin(path, owned)))
    ?.name;
}

const isWithin = (path: string, outer: string): boolean => path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
