import type { KubernetesObject } from '../../kubernetes/object.ts';
import { added, broken, type Example, firstContainer, podSpec, without } from './example.ts';

const secret: KubernetesObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'leak' }, data: { A: 'Yg==' } };

/** Secrets, variables, references and ConfigMaps. */
export const settingExamples: readonly Example[] = [
  {
    policy: 'noSecretValues',
    mistake: 'a secret as a literal variable',
    change: broken('Deployment', [...firstContainer, 'env'], [{ name: 'DATABASE_URL', value: 'postgresql://h/d' }]),
    message: /container api has DATABASE_URL, a secret, as a literal value/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a secret in a ConfigMap',
    change: broken('ConfigMap', ['data', 'REDIS_URL'], 'redis://h'),
    message: /ConfigMap\/.* holds REDIS_URL, which the contract declares as a secret/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a Secret with its values',
    change: added(secret),
    message: /Secret\/leak would put secret values into a manifest/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a value in an ExternalSecret',
    change: broken('ExternalSecret', ['spec', 'target', 'template'], { data: { SECRET_KEY: 'x' } }),
    message: /ExternalSecret\/.* has a template, which may contain values/,
  },
  {
    policy: 'noSecretValues',
    mistake: 'a password within a URL',
    change: broken('Deployment', [...firstContainer, 'env'], [{ name: 'PROXY', value: 'http://u:p@h' }]),
    message: /Deployment\/.* has a URL with a password in spec\.template\.spec\.containers\.0\.env\.0\.value/,
  },
  {
    policy: 'uniqueVariables',
    mistake: 'a variable that is set twice',
    change: broken('Deployment', [...firstContainer, 'env', 0], { name: 'LOG_LEVEL', value: 'debug' }),
    message: /container api gets LOG_LEVEL 2 times: from env and ConfigMap\//,
  },
  {
    policy: 'usedSettings',
    mistake: 'a setting that no role reads',
    change: broken('ConfigMap', ['data', 'CACHE_TTLS'], '1', ''),
    message: /gets CACHE_TTLS from ConfigMap\/.*, but role \w+ does not read it/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a ConfigMap that does not exist',
    change: broken('Deployment', [...firstContainer, 'envFrom', 0, 'configMapRef', 'name'], 'gone'),
    message: /container api refers to ConfigMap\/gone, which does not exist/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a Secret that nothing creates',
    change: broken('Deployment', [...firstContainer, 'envFrom', 1], { secretRef: { name: 'other' } }),
    message: /container api reads Secret\/other, which the environment production does not name and none of its objects creates/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a volume claim that does not exist',
    change: broken('Deployment', [...podSpec, 'volumes'], [{ name: 'v', persistentVolumeClaim: { claimName: 'gone' } }]),
    message: /Deployment\/.* refers to PersistentVolumeClaim\/gone, which does not exist/,
  },
  {
    policy: 'governingServices',
    mistake: 'a StatefulSet whose Service has an address of its own',
    environment: 'local',
    change: broken('Service', ['spec', 'clusterIP'], undefined, 'postgres'),
    message: /StatefulSet\/\S+-postgres names the Service \S+-postgres, which is not headless/,
  },
  {
    policy: 'existingReferences',
    mistake: 'a priority class that does not exist',
    change: without('PriorityClass', 'serving'),
    message: /Deployment\/.* refers to PriorityClass\/.*-serving, which does not exist/,
  },
  {
    policy: 'immutableConfiguration',
    mistake: 'configuration that may change while pods run',
    change: broken('ConfigMap', ['immutable'], undefined),
    message: /ConfigMap\/.* is read by pods, but may change while they run/,
  },
];
