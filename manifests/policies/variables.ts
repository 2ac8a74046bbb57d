import { metadataKeys } from '../../contract/product.ts';
import { listenersOf, type ProcessRole, processRoles, workloadRoles } from '../../contract/roles.ts';
import { type Setting, settingNames, settings } from '../../contract/settings.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { containersIn, objectsOfKind } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** A variable is given once: of two the last one counts, and nobody sees which. */
export const variablesOnce: Policy = (objects) =>
  containersIn(objects).flatMap(({ path, env, envFrom }) => {
    const given = [
      ...env.map(({ name }) => ({ name, by: 'env' })),
      ...envFrom.flatMap(({ configMapRef }) =>
        keysOf(objects, configMapRef?.name).map((name) => ({ name, by: `ConfigMap/${configMapRef?.name}` })),
      ),
    ];
    return Object.values(Object.groupBy(given, ({ name }) => name)).flatMap((same = []) =>
      same.length > 1 ? [`${path} is given ${same[0]?.name} ${same.length} times: by ${same.map(({ by }) => by).join(' and ')}`] : [],
    );
  });

const keysOf = (objects: readonly KubernetesObject[], name: string | undefined): string[] =>
  objectsOfKind(objects, 'ConfigMap')
    .filter(({ metadata }) => metadata.name === name)
    .flatMap(({ data }) => Object.keys(Object(data)));

const reads = (role: ProcessRole, name: string) =>
  settingNames.some((each) => each === name && (settings[each] satisfies Setting).roles.some((reader) => reader === role));

/** Where roles listen comes with the ports of an environment, whichever roles run there. */
const listeners = new Set<string>(Object.values(listenersOf).flatMap((all) => all.map(([, setting]) => setting)));

/** A role is told nothing that it does not read, and an environment configures nothing that none of its roles reads. */
export const readSettings: Policy = (objects, { name: environment, config, workloads }) => {
  const roles = [...workloadRoles.filter((role) => workloads[role]), 'migrate'] as const;
  return [
    ...Object.keys(config)
      .filter((name) => !listeners.has(name) && !roles.some((role) => reads(role, name)))
      .map((name) => `${environment} configures ${name}, but none of the roles that run there reads it (${roles.join(', ')}): take it out`),
    ...containersIn(objects).flatMap(({ path, owner, envFrom }) => {
      const role = processRoles.find((each) => each === owner.template.metadata.labels[metadataKeys.component]);
      if (!role) return [];
      return envFrom
        .flatMap(({ configMapRef }) => keysOf(objects, configMapRef?.name).map((key) => ({ key, from: configMapRef?.name })))
        .filter(({ key }) => !reads(role, key))
        .map(({ key, from }) => `${path} is told ${key} by ConfigMap/${from}, which the contract does not have role ${role} read`);
    }),
  ];
};
