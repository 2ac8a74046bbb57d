import { fieldMistakes } from '../kubernetes/field-rules.ts';
import { keyMistakes } from '../kubernetes/key-references.ts';
import { listMistakes } from '../kubernetes/lists.ts';
import { nameMistake } from '../kubernetes/names.ts';
import { objectMistakes } from '../kubernetes/object-rules.ts';
import { podMistakes } from '../kubernetes/pod-rules.ts';
import { pathText, placesIn } from '../kubernetes/walk.ts';
import type { KubernetesObject } from '../objects.ts';
import { nameOf, type Policy } from './policy.ts';

/** The API server takes every object: names, labels, quantities, schedules, ports, networks, and fields that contradict each other. */
export const accepted: Policy = (objects) => {
  const found = objects.flatMap((object) => mistakesIn(object, objects).map((text) => ({ name: nameOf(object), text })));
  // A name that is too long is the label of everything: it is reported once.
  return [...Map.groupBy(found, ({ text }) => text.replace(/^\S+ /, '')).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [`${first.name} ${first.text}${others.length > 0 ? ` (and ${others.length} times more)` : ''}`],
  );
};

function mistakesIn(object: KubernetesObject, objects: readonly KubernetesObject[]): string[] {
  const { kind, metadata } = object;
  const name = nameMistake(kind, metadata.name);
  return [
    ...(name === undefined ? [] : [`metadata.name (${String(metadata.name)}) ${name}`]),
    ...[...placesIn(object)].flatMap(({ path, value }) => [
      ...fieldMistakes(kind, path, value).map((text) => `${pathText(path)}${shown(value)} ${text}`),
      ...listMistakes(kind, path, value).map((text) => `${pathText(path)} ${text}`),
    ]),
    ...[...podMistakes(object), ...objectMistakes(object), ...keyMistakes(object, objects)].map(
      ({ path, text }) => `${pathText(path)} ${text}`,
    ),
  ];
}

const shown = (value: unknown): string => (typeof value === 'object' ? '' : ` (${String(value)})`);
