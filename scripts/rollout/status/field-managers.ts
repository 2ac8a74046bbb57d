import type { KubeObject } from '../../cluster/objects.ts';
import { digestOf } from '../../values/digest.ts';
import { at, isRecord, listAt, textAt } from '../../values/json.ts';
import { keyOf } from '../plan/object-diff.ts';

/** One entry of an object's `managedFields`. */
export interface FieldManager {
  /** For display: `kubectl-set`, `kubectl (scale)`. */
  readonly name: string;
  readonly manager: string;
  /** RFC 3339; empty if not recorded. */
  readonly time: string;
  /** Existing leaf fields that it owns, by their path in a diff. */
  readonly fields: ReadonlyMap<string, unknown>;
}

/** Managers of an object's fields except its status, latest first. `shown` is the object whose paths and values are returned. */
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
 * The leaves of a field set (FieldsV1 of structured-merge-diff) that exist in the object: `f:name` is a field, `k:{…}` a list item with these
 * keys, `v:…` a list item with this value, `.` the node itself.
 */
function leaves(path: string, set: unknown, value: unknown): [string, unknown][] {
  if (value === undefined) return [];
  const inner = Object.entries(isRecord(set) ? set : {}).filter(([key]) => key !== '.');
  if (inner.length === 0) return path === '' ? [] : [[path, value]];
  return inner.flatMap(([key, below]) => {
    const [kind, name] = [key.slice(0, 2), key.slice(2)];
    if (kind === 'f:') return leaves(path === '' ? name : `${path}.${name}`, below, isRecord(value) ? value[name] : undefined);
    const position = Array.isArray(value) ? value.findIndex((item) => matchesKey(kind, name, item)) : -1;
    if (!Array.isArray(value) || position === -1) return [];
    return leaves(`${path}[${keyOf(value[position], position)}]`, below, value[position]);
  });
}

/** Whether a key of a field set matches a list item. */
function matchesKey(kind: string, json: string, item: unknown): boolean {
  const wanted: unknown = JSON.parse(json);
  if (kind === 'v:') return digestOf(wanted) === digestOf(item);
  return kind === 'k:' && isRecord(wanted) && Object.entries(wanted).every(([name, value]) => at(item, name) === value);
}

/** Last manager of a field, of a field in it, or of a field that contains it; undefined if there is none. */
export function lastWriter(path: string, managers: readonly FieldManager[]): string | undefined {
  return managers.find(({ fields }) => [...fields.keys()].some((owned) => owned === path || isWithin(owned, path) || isWithin(path, owned)))
    ?.name;
}

const isWithin = (path: string, outer: string): boolean => path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
