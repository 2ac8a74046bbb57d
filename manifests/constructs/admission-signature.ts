import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import { githubIssuer } from '../../contract/signing.ts';
import type { Environment } from '../environments/environment.ts';
import type { Admission } from '../environments/trust.ts';
import { commonLabels } from './labels.ts';

/** Every image of the pod that the policy is about; Kyverno leaves the others out of these lists. */
const images = '(images.containers + images.initContainers + images.ephemeralContainers)';

/**
 * Kyverno's policy (1.17 or later) that the service's image was signed, keyless, by one of these identities. Subject and issuer are compared
 * as a whole: the fields that take patterns are not used. No package has this kind's types; tests/e2e puts it to its CRD.
 */
export function signaturePolicy(
  scope: Construct,
  environment: Environment,
  { identities, issuer = githubIssuer }: NonNullable<Admission['signature']>,
  repositories: readonly string[],
): void {
  const { namespace, names } = environment;
  new ApiObject(scope, 'signatures', {
    apiVersion: 'policies.kyverno.io/v1',
    kind: 'NamespacedImageValidatingPolicy',
    metadata: { name: `${names.prefix}-signatures`, namespace, labels: commonLabels(environment) },
    spec: {
      failurePolicy: 'Fail',
      validationActions: ['Deny'],
      matchConstraints: {
        resourceRules: [
          { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['pods', 'pods/ephemeralcontainers'] },
        ],
      },
      matchImageReferences: repositories.flatMap((repository) => ['@', ':'].map((end) => ({ glob: `${repository}${end}*` }))),
      validationConfigurations: { mutateDigest: false, verifyDigest: true, required: true },
      attestors: [{ name: 'release', cosign: { keyless: { identities: identities.map((subject) => ({ subject, issuer })) } } }],
      validations: [
        {
          expression: `${images}.map(image, verifyImageSignatures(image, [attestors.release])).all(count, count > 0)`,
          message: `only images that the release workflow signed may run in ${namespace}`,
        },
      ],
    },
  });
}
