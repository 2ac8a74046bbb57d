import type { KubernetesObject } from '../../kubernetes/object.ts';
import { added, broken, type Example, firstContainer, podSpec, without } from './example.ts';

const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'leak' }, data: { A: 'Yg==' } };
const sealed = (encryptedData: object, data?: object): KubernetesObject => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  metadata: { name: 's' },
  spec: { encryptedData, template: { ...(data && { data }) } },
});

/** What pods are told, and what they must not be told. */
export const settingExamples: readonly Example[] = [
  {
    policy: 'noSecretValues',
    mistake: 'a secret as a literal variable',
    change: broken('Deployment', [...firstContainer, 'env'], [{ name: 'DATABASE_URL', value: 'postgresql://h/d' }]),
    says: /container api has DATABASE_URL, a secret, as a literal value/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a secret in a ConfigMap',
    change: broken('ConfigMap', ['data', 'REDIS_URL'], 'redis://h'),
    says: /ConfigMap\/.* holds REDIS_URL, which the contract calls a secret/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a Secret with its values',
    change: added(secret),
    says: /Secret\/leak would put secret values into a manifest/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a value in an ExternalSecret',
    change: broken('ExternalSecret', ['spec', 'target', 'template'], { data: { SECRET_KEY: 'x' } }),
    says: /ExternalSecret\/.* has a template, which may hold values/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a sealed secret that is not sealed',
    change: added(sealed({ A: 'cGxhaW4=' })),
    says: /SealedSecret\/s holds A, but not as ciphertext/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a value beside a sealed one',
    change: added(sealed({}, { A: 'x' })),
    says: /SealedSecret\/s has A in its template, unsealed/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a password within a URL',
    change: broken('Deployment', [...firstContainer, 'env'], [{ name: 'PROXY', value: 'http://u:p@h' }]),
    says: /Deployment\/.* has a URL with a password in spec\.template\.spec\.containers\.0\.env\.0\.value/,
  },
  {
    policy: 'variablesOnce',
    mistake: 'a variable that is given twice',
    change: broken('Deployment', [...firstContainer, 'env', 0], { name: 'LOG_LEVEL', value: 'debug' }),
    says: /container api is given LOG_LEVEL 2 times: by env and ConfigMap\//,
  },
  {
    policy: 'readSettings',
    mistake: 'a setting that no role reads',
    change: broken('ConfigMap', ['data', 'CACHE_TTLS'], '1', ''),
    says: /is told CACHE_TTLS by ConfigMap\/.*, which the contract does not have role \w+ read/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a ConfigMap that is not there',
    change: broken('Deployment', [...firstContainer, 'envFrom', 0, 'configMapRef', 'name'], 'gone'),
    says: /container api refers to ConfigMap\/gone, which is not there/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a Secret that nobody makes',
    change: broken('Deployment', [...firstContainer, 'envFrom', 1], { secretRef: { name: 'other' } }),
    says: /container api reads Secret\/other, which the environment production does not name and no object of it makes/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a volume claim that is not there',
    change: broken('Deployment', [...podSpec, 'volumes'], [{ name: 'v', persistentVolumeClaim: { claimName: 'gone' } }]),
    says: /Deployment\/.* refers to PersistentVolumeClaim\/gone, which is not there/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a priority class that is not there',
    change: without('PriorityClass', 'serving'),
    says: /Deployment\/.* refers to PriorityClass\/.*-serving, which is not there/,
  },
  {
    policy: 'immutableConfiguration',
    mistake: 'configuration that may change under its pods',
    change: broken('ConfigMap', ['immutable'], undefined),
    says: /ConfigMap\/.* is read by pods, but may change under them/,
  },
];
