import * as z from 'zod';
import { monitoringSecrets } from '../../contract/monitoring.ts';
import { isSecret, settingNames } from '../../contract/settings.ts';
import { storeSecrets } from '../../contract/stores.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { containersIn, kindAndName } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const secretNames = new Set<string>([...settingNames.filter(isSecret), ...Object.keys(storeSecrets), ...Object.keys(monitoringSecrets)]);

const external = z.object({ spec: z.object({ target: z.object({ template: z.unknown().optional() }).optional() }) });

/** No object contains the value of a secret: not as a Secret, in a ConfigMap, a template, a literal variable or a URL. */
export const noSecretValues: Policy = (objects) => [
  ...objects.flatMap((object) => byKind[object.kind]?.(object).map((wrong) => `${kindAndName(object)} ${wrong}`) ?? []),
  ...containersIn(objects).flatMap(({ path, env }) =>
    env
      .filter(({ name, value }) => secretNames.has(name) && value !== undefined && !env.some((other) => takesPasswordFrom(value, other)))
      .map(({ name }) => `${path} has ${name}, a secret, as a literal value`),
  ),
  ...objects.flatMap((object) => passwordsIn(object).map((path) => `${kindAndName(object)} has a URL with a password in ${path}`)),
];

/** Whether a value is a URL whose password comes from another variable that is not a literal. */
const takesPasswordFrom = (value: string, { name, value: literal }: { name: string; value?: string | undefined }) =>
  literal === undefined && value.includes(`:$(${name})@`);

const byKind: Readonly<Record<string, (object: KubernetesObject) => string[]>> = {
  Secret: () => ['would put secret values into a manifest: create it outside of the manifests'],
  ConfigMap: (object) =>
    Object.keys(Object(object.data))
      .filter((name) => secretNames.has(name))
      .map((name) => `holds ${name}, which the contract declares as a secret`),
  // The store's keys are the contract's names, so no template is needed; a template could contain a value.
  ExternalSecret: (object) =>
    external.parse(object).spec.target?.template === undefined
      ? []
      : ['has a template, which may contain values: list keys of the store in data'],
};

/** Paths of strings that contain `scheme://user:password@`. */
function passwordsIn(value: unknown, path = ''): string[] {
  if (typeof value === 'string') return /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:(?!\$\([A-Z_]+\)@)[^\s/@]+@/i.test(value) ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => passwordsIn(inner, path === '' ? key : `${path}.${key}`));
}
