import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1/ExternalSecret';
import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { addCustomResource } from '../constructs/custom-resource.ts';
import { commonLabels } from '../constructs/labels.ts';
import { requiredSecrets, validateSecrets } from '../constructs/required-secrets.ts';
import type { Environment, ExternalSecrets } from '../environments/environment.ts';

/** Whether a manifest creates the environment's Secret; otherwise it is created by hand. */
export const createsSecret = ({ secrets }: Environment) => secrets.kind !== 'by-hand';

/**
 * Creates the Secret `names.secrets` without values in the manifests.
 * @throws if the environment lists a secret that no component reads; starts with the construct's path
 */
export class SecretsChart extends Chart {
  constructor(scope: Construct, environment: Environment) {
    super(scope, 'secrets', { namespace: environment.namespace, disableResourceNameHashes: true });
    const violations = validateSecrets(environment);
    if (violations.length > 0) throw new Error(`${this.node.path}: ${violations.join('; ')}`);
    const { secrets } = environment;
    if (secrets.kind === 'external-secrets') external(this, environment, secrets);
  }
}

/** One entry of the store with a property per secret. The whole fails if a property is missing, so the environment lists optional ones. */
function external(scope: Construct, environment: Environment, { store, path, refresh }: ExternalSecrets): void {
  const { names } = environment;
  addCustomResource(
    scope,
    new ExternalSecret({
      metadata: { name: names.secrets, labels: { ...commonLabels(environment) } },
      spec: {
        secretStoreRef: { kind: 'ClusterSecretStore', name: store },
        refreshInterval: refresh,
        // The Secret is kept if the store's entry is deleted, so that pods can still start.
        target: { name: names.secrets, creationPolicy: 'Owner', deletionPolicy: 'Retain' },
        data: requiredSecrets(environment).map(({ name }) => ({ secretKey: name, remoteRef: { key: path, property: name } })),
      },
    }),
  );
}
