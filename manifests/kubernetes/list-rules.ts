import { listAt, valueAt } from './walk.ts';

/** Keys by which server-side apply merges list items: they must be unique. By the last part of the list's path. */
const uniqueBy: Readonly<Record<string, (item: unknown, kind: string) => string | undefined>> = {
  env: (item) => text(item, 'name'),
  volumes: (item) => text(item, 'name'),
  volumeMounts: (item) => text(item, 'mountPath'),
  volumeClaimTemplates: (item) => text(item, 'metadata', 'name'),
  containers: (item) => text(item, 'name'),
  initContainers: (item) => text(item, 'name'),
  listeners: (item) => text(item, 'name'),
  imagePullSecrets: (item) => text(item, 'name'),
  policyTypes: (item) => String(item),
  validationActions: (item) => String(item),
  topologySpreadConstraints: (item) => [text(item, 'topologyKey'), text(item, 'whenUnsatisfiable')].join(' '),
  ports: (item, kind) => {
    if (kind === 'NetworkPolicy') return undefined;
    const number = valueAt(item, 'containerPort') ?? valueAt(item, 'port');
    return number === undefined ? undefined : `${String(number)}/${text(item, 'protocol') ?? 'TCP'}`;
  },
};
/** Lists whose item names must be unique, too. */
const uniquelyNamed = ['ports', 'volumes'];

const text = (item: unknown, ...path: readonly string[]): string | undefined => {
  const value = valueAt(item, ...path);
  return typeof value === 'string' ? value : undefined;
};

/** Reports items with the same merge key. */
export function validateList(kind: string, path: readonly string[], value: unknown): string[] {
  const name = path.at(-1) ?? '';
  const keyOf = uniqueBy[name];
  if (keyOf === undefined || !Array.isArray(value)) return [];
  const items = listAt(value);
  const names = uniquelyNamed.includes(name) && kind !== 'NetworkPolicy' ? items.map((item) => text(item, 'name')) : [];
  return [...new Set([...repeated(items.map((item) => keyOf(item, kind))), ...repeated(names)])].map(
    (key) => `has ${key} more than once: remove one of them`,
  );
}

const repeated = (keys: readonly (string | undefined)[]): string[] =>
  keys.filter((key) => key !== undefined).filter((key, position, all) => all.indexOf(key) !== position);
