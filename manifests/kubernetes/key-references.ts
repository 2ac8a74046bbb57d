import type { KubernetesObject } from './object.ts';
import type { FieldError } from './pod-rules.ts';
import { listAt, valueAt, walkValues } from './walk.ts';

/** Keys of ConfigMaps that an object reads, by a variable or as a file, and that are not there. Whether the ConfigMap is there is another rule. */
export function validateConfigMapKeys(object: KubernetesObject, objects: readonly KubernetesObject[]): FieldError[] {
  const mistake = (path: readonly string[], key: unknown, config: unknown): FieldError[] => {
    const found = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === config && metadata.namespace === object.metadata.namespace,
    );
    const keys = [...Object.keys(Object(found?.data)), ...Object.keys(Object(found?.binaryData))];
    if (found === undefined || typeof key !== 'string' || keys.includes(key)) return [];
    return [
      { path, text: `(${key}) is no key of ConfigMap/${String(config)}, which has ${keys.join(', ') || 'none'}: correct one of them` },
    ];
  };
  return [...walkValues(object)].flatMap(({ path, value }): FieldError[] => {
    const name = path.at(-1);
    if (name === 'configMapKeyRef' && valueAt(value, 'optional') !== true)
      return mistake([...path, 'key'], valueAt(value, 'key'), valueAt(value, 'name'));
    if (name !== 'configMap' || valueAt(value, 'optional') === true) return [];
    return listAt(value, 'items').flatMap((item, position) =>
      mistake([...path, 'items', String(position), 'key'], valueAt(item, 'key'), valueAt(value, 'name')),
    );
  });
}
