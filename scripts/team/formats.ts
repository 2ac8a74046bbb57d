import { namesOf } from '../../contract/product.ts';
import { isOptional, type TeamFieldName, teamFields } from '../../contract/team-fields.ts';
import { cluster } from '../../manifests/environments/cluster-schema.ts';
import { contacts, receivers } from '../../manifests/environments/platform-schema.ts';
import { repository } from '../../manifests/environments/release-schema.ts';
import { alertReceivers, expectedCluster } from '../../manifests/environments/team-values.ts';
import { names } from '../../manifests/environments/validate-environment.ts';
import { validateText } from '../../manifests/kubernetes/text-formats.ts';

/** Describes the error in a value and its fix; undefined if it is valid. */
type Format = (value: string) => string | undefined;
interface Schema {
  safeParse(value: unknown): { readonly error?: { readonly issues: readonly { readonly message: string }[] } | undefined };
}

const matching =
  (pattern: RegExp, form: string): Format =>
  (value) =>
    pattern.test(value) ? undefined : `is not valid: use ${form}`;
/** @param parse throws an error whose message describes the fix */
const parsed =
  (schema: Schema, parse: (value: string) => unknown): Format =>
  (value) => {
    try {
      return schema.safeParse(parse(value)).error?.issues[0]?.message;
    } catch (error) {
      return error instanceof Error ? `is not valid: ${error.message}` : 'is not valid';
    }
  };

/** One line for HTML, YAML and the Dockerfile, which would each need its own quoting of the other characters. */
const line = (max: number) =>
  matching(new RegExp(`^[^\\p{C}<>&"\`$\\\\]{1,${max}}$`, 'u'), `one line of 1 to ${max} characters without < > & " \` $ and \\`);
const host: Format = (value) => (value.startsWith('*') ? 'is not valid: use one host name, without "*"' : validateText('hostName', value));
const origin = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9]\d{0,4})?$/;
const origins: Format = (value) =>
  value.split(',').every((each) => origin.test(each))
    ? undefined
    : 'is not valid: use https://HOST, several separated by commas, without path';
const contact = matching(/^(?:[^\s@<>"]+@[a-z0-9.-]+|https:\/\/[^\s<>"]+)$/i, 'an e-mail address or an https URL');
const id = matching(/^[1-9]\d{0,14}$/, 'a whole number, as gh api prints it');
const audience = matching(/^[^\s"'$`\\]+$/, 'a text without spaces and quotes, such as https://kubernetes.example.com');
const registryHost = /^(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?|[a-z0-9-]+:\d{1,5})$/;
const registry: Format = (value) => {
  const [first = '', ...folders] = value.split('/');
  if (folders.length === 0 || !registryHost.test(first)) return 'is not valid: use HOST/FOLDER, such as ghcr.io/owner/name';
  return validateText('image', value) ?? (/[@:]/.test(folders.join('/')) ? 'has a tag or a digest: remove it' : undefined);
};
const alerts = parsed(receivers, alertReceivers);
const onCall = parsed(contacts, (value) => ({ onCall: value, operations: value, security: value }));
const clusterIdentity = parsed(cluster, (value) => ({ identity: expectedCluster(value) }));
const modelUrl: Format = (value) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? undefined : 'is not valid: use a URL starting with http: or https:';

const formats: Readonly<Record<TeamFieldName, Format>> = {
  name: parsed(names, namesOf),
  title: line(100),
  description: line(300),
  maintainer: line(100),
  contact,
  host,
  origins,
  stagingHost: host,
  stagingOrigins: origins,
  repository: parsed(repository, String),
  ownerId: id,
  repositoryId: id,
  owners: matching(/^@[\w-]+(?:\/[\w.-]+)?(?: +@[\w-]+(?:\/[\w.-]+)?)*$/, '@USER or @ORGANIZATION/TEAM, several separated by spaces'),
  registry,
  cluster: clusterIdentity,
  stagingCluster: clusterIdentity,
  audience,
  stagingAudience: audience,
  security: contact,
  onCall,
  operations: onCall,
  criticalAlerts: alerts,
  warningAlerts: alerts,
  stagingAlerts: alerts,
  model: matching(/^[\w./:@-]{1,200}$/, 'letters, digits and . / : @ _ -'),
  modelUrl,
};

/** @returns what is wrong with the value and how to fix it; undefined if it is valid */
export function validateTeamValue(name: TeamFieldName, value: string): string | undefined {
  if (value !== '') return formats[name](value);
  return isOptional(name) ? undefined : `is empty: give the ${teamFields[name].doc}`;
}
