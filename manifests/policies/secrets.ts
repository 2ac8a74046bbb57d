import { isSecret, settingNames } from '../../service/contract/settings.ts';
import { containers, nameOf, type Policy } from './policy.ts';

const secretNames = new Set<string>(settingNames.filter(isSecret));

/** No secret's value in any object: not as a Secret, not in a ConfigMap, not as a literal variable. */
export const noSecretValues: Policy = (objects) => [
  ...objects
    .filter(({ kind }) => kind === 'Secret')
    .map((object) => `${nameOf(object)} would put secret values into a manifest: create it outside`),
  ...objects
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap((object) =>
      Object.keys(Object(object.data))
        .filter((name) => secretNames.has(name))
        .map((name) => `${nameOf(object)} holds ${name}, which the contract calls a secret`),
    ),
  ...containers(objects).flatMap(({ path, env }) =>
    env
      .filter(({ name, value }) => secretNames.has(name) && value !== undefined)
      .map(({ name }) => `${path} has ${name}, a secret, as a literal value`),
  ),
];
