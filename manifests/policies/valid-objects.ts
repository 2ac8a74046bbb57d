import { validateField } from '../kubernetes/field-rules.ts';
import { validateConfigMapKeys } from '../kubernetes/key-references.ts';
import { validateList } from '../kubernetes/list-rules.ts';
import { validateName } from '../kubernetes/name-rules.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { validateObject } from '../kubernetes/object-rules.ts';
import { validatePodTemplate } from '../kubernetes/pod-rules.ts';
import { formatPath, walkValues } from '../kubernetes/walk.ts';
import { kindAndName } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** The API server accepts every object: names, labels, quantities, schedules, ports, networks, combinations of fields. */
export const validObjects: Policy = (objects) => {
  const found = objects.flatMap((object) => errorsIn(object, objects).map((text) => ({ name: kindAndName(object), text })));
  // A name that is too long also is a label of many objects: report it once.
  return [...Map.groupBy(found, ({ text }) => text.replace(/^\S+ /, '')).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [`${first.name} ${first.text}${others.length > 0 ? ` (and ${others.length} more times)` : ''}`],
  );
};

function errorsIn(object: KubernetesObject, objects: readonly KubernetesObject[]): string[] {
  const { kind, metadata } = object;
  const name = validateName(kind, metadata.name);
  return [
    ...(name === undefined ? [] : [`metadata.name (${String(metadata.name)}) ${name}`]),
    ...[...walkValues(object)].flatMap(({ path, value }) => [
      ...validateField(kind, path, value).map((text) => `${formatPath(path)}${shown(value)} ${text}`),
      ...validateList(kind, path, value).map((text) => `${formatPath(path)} ${text}`),
    ]),
    ...[...validatePodTemplate(object), ...validateObject(object), ...validateConfigMapKeys(object, objects)].map(
      ({ path, text }) => `${formatPath(path)} ${text}`,
    ),
  ];
}

const shown = (value: unknown): string => (typeof value === 'object' ? '' : ` (${String(value)})`);
