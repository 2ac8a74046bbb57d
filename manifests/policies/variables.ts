import { metadataKeys } from '../../contract/product.ts';
import { listenersOf, type ProcessRole, processRoles, workloadRoles } from '../../contract/roles.ts';
import { type Setting, settingNames, settings } from '../../contract/settings.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { containersIn, objectsOfKind } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** No container gets a variable twice: the last one would silently win. */
export const uniqueVariables: Policy = (objects) =>
  containersIn(objects).flatMap(({ path, env, envFrom }) => {
    const variables = [
      ...env.map(({ name }) => ({ name, source: 'env' })),
      ...envFrom.flatMap(({ configMapRef }) =>
        keysOf(objects, configMapRef?.name).map((name) => ({ name, source: `ConfigMap/${configMapRef?.name}` })),
      ),
    ];
    return Object.values(Object.groupBy(variables, ({ name }) => name)).flatMap((same = []) =>
      same.length > 1 ? [`${path} gets ${same[0]?.name} ${same.length} times: from ${same.map(({ source }) => source).join(' and ')}`] : [],
    );
  });

const keysOf = (objects: readonly KubernetesObject[], name: string | undefined): string[] =>
  objectsOfKind(objects, 'ConfigMap')
    .filter(({ metadata }) => metadata.name === name)
    .flatMap(({ data }) => Object.keys(Object(data)));

const reads = (role: ProcessRole, name: string) =>
  settingNames.some((each) => each === name && (settings[each] satisfies Setting).roles.some((reader) => reader === role));

/** Listen ports are configured for all roles of an environment, even if a role does not run there. */
const listeners = new Set<string>(Object.values(listenersOf).flatMap((all) => all.map(([, setting]) => setting)));

/** A role's ConfigMap has only settings that the role reads, and an environment configures only settings that one of its roles reads. */
export const usedSettings: Policy = (objects, { name: environment, config, workloads }) => {
  const roles = [...workloadRoles.filter((role) => workloads[role]), 'migrate'] as const;
  return [
    ...Object.keys(config)
      .filter((name) => !listeners.has(name) && !roles.some((role) => reads(role, name)))
      .map((name) => `${environment} configures ${name}, but none of its roles reads it (${roles.join(', ')}): remove it`),
    ...containersIn(objects).flatMap(({ path, owner, envFrom }) => {
      const role = processRoles.find((each) => each === owner.template.metadata.labels[metadataKeys.component]);
      if (!role) return [];
      return envFrom
        .flatMap(({ configMapRef }) => keysOf(objects, configMapRef?.name).map((key) => ({ key, from: configMapRef?.name })))
        .filter(({ key }) => !reads(role, key))
        .map(({ key, from }) => `${path} gets ${key} from ConfigMap/${from}, but role ${role} does not read it`);
    }),
  ];
};
