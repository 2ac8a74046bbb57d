import type { Team } from '../../contract/team-fields.ts';

/** What remains to be done by people after the files are written, in this order; docs/your-product.md has the details. */
export const nextSteps = ({ name, host, stagingHost, registry }: Team): readonly string[] => [
  'review the changes (git diff), run npm test, and commit',
  'GitHub: environments, variables, rulesets and, for a registry other than ghcr.io, its credentials: docs/workflows.md',
  `registry: make ${registry}/${name}-api readable for the clusters, or set cluster.imagePullSecrets in manifests/environments`,
  'clusters: classes, stores and networks of manifests/environments must be those of yours; an administrator applies dist/*/platform.yaml: docs/clusters.md',
  'secrets: leyenda secrets list production, and the same of staging: docs/secrets.md',
  `DNS: ${host} and ${stagingHost} lead to the edge of their clusters: docs/edge.md`,
];
