import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { commonLabels } from '../constructs/labels.ts';
import { requiredSecrets, validateSecrets } from '../constructs/required-secrets.ts';
import type { Environment, ExternalSecrets } from '../environments/environment.ts';

/** Whether an environment's Secret is made from a manifest; else somebody makes it by hand. */
export const createsSecret = ({ secrets }: Environment) => secrets.kind !== 'by-hand';

/**
 * Where the Secret `names.secrets` comes from (guide rows K8-03, SE-03); no value ever stands here.
 * @throws if the environment lists a secret that no component reads; starts with the construct's path
 */
export class SecretsChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'secrets', { namespace: environment.namespace, disableResourceNameHashes: true });
    const mistakes = validateSecrets(environment);
    if (mistakes.length > 0) throw new Error(`${this.node.path}: ${mistakes.join('; ')}`);
    const { secrets } = environment;
    if (secrets.kind === 'external-secrets') external(this, environment, secrets);
  }
}

/** One entry of the store with a property each. An absent property fails the whole, so optional ones are named by the environment. */
function external(scope: Construct, environment: Environment, { store, path, refresh }: ExternalSecrets): void {
  const { names } = environment;
  addCustomResource(
    scope,
    new ExternalSecret({
      metadata: { name: names.secrets, labels: { ...commonLabels(environment) } },
      spec: {
        secretStoreRef: { kind: 'ClusterSecretStore', name: store },
        refreshInterval: refresh,
        // Kept when the store's entry is gone: a pod that starts meanwhile still finds it.
        target: { name: names.secrets, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
        data: requiredSecrets(environment).map(({ name }) => ({ secretKey: name, remoteRef: { key: path, property: name } })),
      },
    }),
  );
}
