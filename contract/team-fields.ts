/** A value that differs between teams: what it is, and what follows it. An optional value may be empty. */
interface TeamField {
  readonly doc: string;
  readonly shows: string;
  readonly optional?: true;
}

/** The values that a team sets for its own product, in the order of the questions of `leyenda init`. */
export const teamFields = {
  name: {
    doc: 'name of the product: lower-case letters, digits and "-"',
    shows: 'prefix of Kubernetes objects, namespace, image, Compose projects, secret store, bucket of backups, issuer of access tokens',
  },
  title: { doc: 'title of the API', shows: 'OpenAPI document, pages, start message, image label' },
  description: { doc: 'one sentence about the API', shows: 'OpenAPI document, start page, image label' },
  maintainer: { doc: 'maintainer of the image', shows: 'image labels `maintainer` and `authors`' },
  contact: { doc: 'contact for users of the API: an e-mail address or an https URL', shows: 'OpenAPI document', optional: true },
  host: {
    doc: 'host name of production',
    shows: 'edge, certificate, TRUSTED_HOSTS, nginx, Compose, examples of commands',
  },
  origins: {
    doc: 'origins of browsers that may call production, separated by commas',
    shows: 'CORS_ORIGINS of production',
    optional: true,
  },
  stagingHost: { doc: 'host name of staging', shows: 'the same in staging' },
  stagingOrigins: {
    doc: 'origins of browsers that may call staging, separated by commas',
    shows: 'CORS_ORIGINS of staging',
    optional: true,
  },
  repository: { doc: 'repository on GitHub: OWNER/NAME', shows: 'identity of the deployer, signer of images, examples of commands' },
  ownerId: { doc: 'id of its owner: gh api repos/OWNER/NAME --jq .owner.id', shows: 'identity of the deployer' },
  repositoryId: { doc: 'id of the repository: gh api repos/OWNER/NAME --jq .id', shows: 'identity of the deployer' },
  owners: {
    doc: 'reviewers of changes to the supply chain, separated by spaces: @USER or @ORGANIZATION/TEAM',
    shows: '`.github/CODEOWNERS`',
    optional: true,
  },
  registry: {
    doc: 'registry and folder of the image: HOST/FOLDER',
    shows: 'image in manifests, workflows and Compose, admission policy of images',
  },
  cluster: {
    doc: 'identity of the cluster of production: host=HOST, uid=UID or caSha256=HASH; empty: any cluster of KUBECONFIG',
    shows: '`leyenda deploy` and the other commands reject any other cluster',
    optional: true,
  },
  stagingCluster: { doc: 'identity of the cluster of staging, in the same form', shows: 'the same in staging', optional: true },
  audience: {
    doc: 'audience of OIDC tokens for the cluster of production',
    shows: 'authentication of the API server, CLUSTER_AUDIENCE on GitHub',
  },
  stagingAudience: { doc: 'audience of OIDC tokens for the cluster of staging', shows: 'the same in staging' },
  security: {
    doc: 'contact for reports of vulnerabilities, in addition to GitHub: an e-mail address or an https URL',
    shows: '`SECURITY.md`, alerts about security',
    optional: true,
  },
  onCall: {
    doc: 'contact for critical alerts at any time: a phone number, an e-mail address or an https URL',
    shows: 'alerts, [runbooks](runbooks/README.md)',
  },
  operations: { doc: 'contact for everything else about operation, in the same form', shows: 'the same' },
  criticalAlerts: {
    doc: 'receivers of critical alerts of production, separated by spaces: pagerduty, webhook, slack:#CHANNEL or smtp://USER@HOST?from=ADDRESS&to=ADDRESS',
    shows: 'Alertmanager of production',
  },
  warningAlerts: { doc: 'receivers of warnings of production, in the same form', shows: 'Alertmanager of production' },
  stagingAlerts: { doc: 'receivers of all alerts of staging, in the same form', shows: 'Alertmanager of staging' },
  model: { doc: 'name of the text model', shows: 'default of OPENAI_MODEL' },
  modelUrl: {
    doc: 'URL of the OpenAI-compatible endpoint; empty: api.openai.com',
    shows: 'OPENAI_BASE_URL of staging and production',
    optional: true,
  },
} as const satisfies Readonly<Record<string, TeamField>>;

export type TeamFieldName = keyof typeof teamFields;
export type Team = Readonly<Record<TeamFieldName, string>>;
export const teamFieldNames: readonly TeamFieldName[] = Object.keys(teamFields).filter((name): name is TeamFieldName => name in teamFields);
export const isOptional = (name: TeamFieldName): boolean => 'optional' in teamFields[name];
