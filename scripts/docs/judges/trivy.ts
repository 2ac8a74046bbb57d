import { isSecret, settingNames } from '../../../contract/settings.ts';
import type { Decision } from './decision.ts';

/** Settings that are not secret: only these may be reported as secrets. */
const configured = settingNames.filter((name) => !isSecret(name));

const fluentBit = /^references\/instagram-captions\/logging\.yaml$/;

/** Trivy, of the manifests and the Dockerfile. */
export const trivyDecisions: readonly Decision[] = [
  {
    judge: 'Trivy',
    rule: 'KSV-0039',
    accepted: { message: /LimitRange policy/ },
    reason: 'Trivy checks each object on its own: the LimitRange is in the platform chart.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0040',
    accepted: { message: /resource quota policy/ },
    reason: 'Trivy checks each object on its own: the ResourceQuota is in the platform chart.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0020',
    accepted: { message: /runAsUser' > 10000/ },
    reason: 'The image has the user 1001, official images have their own. All are non-root without capabilities.',
  },
  { judge: 'Trivy', rule: 'KSV-0021', accepted: { message: /runAsGroup' > 10000/ }, reason: 'As KSV-0020, for groups.' },
  {
    judge: 'Trivy',
    rule: 'KSV-0125',
    accepted: { message: /uses an image from an untrusted registry/ },
    reason: 'Trivy trusts only registries of cloud providers. All images are pinned, and those of the product are signed.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0109',
    accepted: { message: /stores secrets in key\(s\) or value\(s\) '{"OPENAI_MAX_TOKENS"}'/ },
    reason: 'A number of tokens of text. What is secret is declared in the contract, and a policy keeps it out of ConfigMaps.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-01010',
    accepted: {
      message: new RegExp(`stores sensitive contents in key\\(s\\) or value\\(s\\) '{("( *contact|${configured.join('|')})"(, )?)+}'`),
    },
    reason:
      'It reports numbers and names such as JWT_ALGORITHM as secrets, and the contact in the annotations of alerts. The contract declares secrets, and a policy keeps them out of ConfigMaps.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0048',
    accepted: { message: /Role '[\w-]+-(deployer|read-only)' should not have access to resources \["pods"/ },
    reason:
      'To write workloads is what the deployer is for; its Role is made from the kinds that the charts contain. The read-only user may patch in dry runs only.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0049',
    accepted: { message: /Role '[\w-]+-(deployer|read-only)' should not have access to resource 'configmaps'/ },
    reason: 'A release writes its configuration, and its record.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0056',
    accepted: { message: /Role '[\w-]+-(deployer|read-only)' should not have access to resources \["services"/ },
    reason: 'A release writes Services, NetworkPolicies and routes of its own namespace.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0012',
    accepted: { message: /'fluent-bit'/, where: fluentBit },
    reason:
      'Fluent Bit reads the log files of the node, which belong to root. It has no capability, and its root file system is read-only.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0023',
    accepted: { message: /'fluent-bit'/, where: fluentBit },
    reason: 'As KSV-0012: the log folder of the node is mounted read-only.',
  },
  {
    judge: 'Trivy',
    rule: 'KSV-0105',
    accepted: { message: /runAsUser should be set to a value greater than 0/, where: fluentBit },
    reason: 'As KSV-0012.',
  },
  { judge: 'Trivy', rule: 'KSV-0116', accepted: { message: /daemonset fluent-bit/, where: fluentBit }, reason: 'As KSV-0012.' },
];
