import type { KubernetesObject } from './object.ts';
import type { FieldError } from './pod-rules.ts';
import { listAt, valueAt, walkValues } from './walk.ts';

/** Reports ConfigMap keys that an object reads (as a variable or a file) but that do not exist. A missing ConfigMap is another rule's error. */
export function validateConfigMapKeys(object: KubernetesObject, objects: readonly KubernetesObject[]): FieldError[] {
  const missingKey = (path: readonly string[], key: unknown, config: unknown): FieldError[] => {
    const found = objects.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === config && metadata.namespace === object.metadata.namespace,
    );
    const keys = [...Object.keys(Object(found?.data)), ...Object.keys(Object(found?.binaryData))];
    if (found === undefined || typeof key !== 'string' || keys.includes(key)) return [];
    return [
      { path, text: `(${key}) is not a key of ConfigMap/${String(config)}, which has ${keys.join(', ') || 'none'}: correct one of them` },
    ];
  };
  return [...walkValues(object)].flatMap(({ path, value }): FieldError[] => {
    const name = path.at(-1);
    if (name === 'configMapKeyRef' && valueAt(value, 'optional') !== true)
      return missingKey([...path, 'key'], valueAt(value, 'key'), valueAt(value, 'name'));
    if (name !== 'configMap' || valueAt(value, 'optional') === true) return [];
    return listAt(value, 'items').flatMap((item, position) =>
      missingKey([...path, 'items', String(position), 'key'], valueAt(item, 'key'), valueAt(value, 'name')),
    );
  });
}
