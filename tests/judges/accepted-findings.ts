import { isSecret, settingNames } from '../../contract/settings.ts';

/** An accepted finding of Trivy with the reason. An entry that no longer matches fails the test. */
interface Accepted {
  /** Trivy's name of the check. */
  readonly id: string;
  /** The message of the finding. */
  readonly message: RegExp;
  /** The only file with this finding; not set: any file. */
  readonly file?: string;
  readonly reason: string;
}

/** Settings that are not secret: only these may be reported as secrets. */
const configured = settingNames.filter((name) => !isSecret(name));

const fluentBit = 'references/instagram-captions/logging.yaml';

export const acceptedFindings: readonly Accepted[] = [
  {
    id: 'KSV-0039',
    message: /LimitRange policy/,
    reason: 'Trivy checks each object on its own: the LimitRange is in the platform chart.',
  },
  {
    id: 'KSV-0040',
    message: /resource quota policy/,
    reason: 'Trivy checks each object on its own: the ResourceQuota is in the platform chart.',
  },
  {
    id: 'KSV-0020',
    message: /runAsUser' > 10000/,
    reason: 'The image has the user 1001, official images have their own. All are non-root without capabilities.',
  },
  { id: 'KSV-0021', message: /runAsGroup' > 10000/, reason: 'As KSV-0020, for groups.' },
  {
    id: 'KSV-0125',
    message: /uses an image from an untrusted registry/,
    reason: 'Trivy trusts only registries of cloud providers. All images are pinned, and those of the product are signed.',
  },
  {
    id: 'KSV-0109',
    message: /stores secrets in key\(s\) or value\(s\) '{"OPENAI_MAX_TOKENS"}'/,
    reason: 'A number of tokens of text. What is secret is declared in the contract, and a policy keeps it out of ConfigMaps.',
  },
  {
    id: 'KSV-01010',
    message: new RegExp(`stores sensitive contents in key\\(s\\) or value\\(s\\) '{("(${configured.join('|')})"(, )?)+}'`),
    reason:
      'It reports numbers and names such as JWT_ALGORITHM as secrets. The contract declares secrets, and a policy keeps them out of ConfigMaps.',
  },
  {
    id: 'KSV-0048',
    message: /Role '[\w-]+-(deployer|read-only)' should not have access to resources \["pods"/,
    reason:
      'To write workloads is what the deployer is for; its Role is made from the kinds that the charts contain. The read-only user may patch in dry runs only.',
  },
  {
    id: 'KSV-0049',
    message: /Role '[\w-]+-(deployer|read-only)' should not have access to resource 'configmaps'/,
    reason: 'A release writes its configuration, and its record.',
  },
  {
    id: 'KSV-0056',
    message: /Role '[\w-]+-(deployer|read-only)' should not have access to resources \["services"/,
    reason: 'A release writes Services, NetworkPolicies and routes of its own namespace.',
  },
  {
    id: 'KSV-0012',
    message: /'fluent-bit'/,
    file: fluentBit,
    reason:
      'Fluent Bit reads the log files of the node, which belong to root. It has no capability, and its root file system is read-only.',
  },
  { id: 'KSV-0023', message: /'fluent-bit'/, file: fluentBit, reason: 'As KSV-0012: the log folder of the node is mounted read-only.' },
  { id: 'KSV-0105', message: /runAsUser should be set to a value greater than 0/, file: fluentBit, reason: 'As KSV-0012.' },
  { id: 'KSV-0116', message: /daemonset fluent-bit/, file: fluentBit, reason: 'As KSV-0012.' },
];

interface Reported {
  readonly ID: string;
  readonly Message: string;
  readonly target: string;
}
/** Whether an entry accepts this finding. */
export const accepts = ({ id, message, file }: Accepted, { ID, Message, target }: Reported): boolean =>
  id === ID && message.test(Message) && (file === undefined || file === target);
