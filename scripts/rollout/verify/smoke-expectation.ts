import { metadataKeys, names } from '../../../contract/product.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { textAt } from '../../values/json.ts';
import type { Chart } from '../plan/deploy-order.ts';
import type { SmokeExpectation } from './smoke-test.ts';

const objectsOf = (charts: readonly Chart[]): KubeObject[] => charts.flatMap(({ objects }) => objects);

/** The release id that the API's pods of these charts report. */
const releaseIdOf = (charts: readonly Chart[]): string | undefined =>
  textAt(
    objectsOf(charts).find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === names.api),
    'spec',
    'template',
    'metadata',
    'annotations',
    metadataKeys.release,
  );

/** Expected responses of the service after a rollout of these charts. */
export function smokeExpectation(charts: readonly Chart[], namespace: string): SmokeExpectation {
  return { namespace, release: releaseIdOf(charts), host: trustedHost(charts) };
}

/** The first trusted host name of the service's configuration; `localhost` if it trusts all. */
function trustedHost(charts: readonly Chart[]): string {
  const hosts = objectsOf(charts)
    .filter(({ kind }) => kind === 'ConfigMap')
    .map((config) => textAt(config, 'data', 'TRUSTED_HOSTS')?.split(',')[0]?.trim());
  return hosts.find((host) => host !== undefined && host !== '') ?? 'localhost';
}
