import { isSecret, settingNames } from '../../contract/settings.ts';

/** A finding of Trivy that stays, and why. One that matches nothing any more fails the test: take it out. */
interface Accepted {
  /** Trivy's name of the check. */
  readonly id: string;
  /** The finding's own sentence. */
  readonly message: RegExp;
  readonly reason: string;
}

/** Settings that are no secret: nothing else may be taken for one. */
const configured = settingNames.filter((name) => !isSecret(name));

export const acceptedFindings: readonly Accepted[] = [
  {
    id: 'KSV-0039',
    message: /LimitRange policy/,
    reason: 'Said once an object, because Trivy looks at each by itself: the LimitRange is in the platform chart.',
  },
  {
    id: 'KSV-0040',
    message: /resource quota policy/,
    reason: 'Said once an object, because Trivy looks at each by itself: the ResourceQuota is in the platform chart.',
  },
  {
    id: 'KSV-0020',
    message: /runAsUser' > 10000/,
    reason:
      'The image has the user 1001 of guide row DC-02; official images have users of their own. All are non-root without capabilities.',
  },
  { id: 'KSV-0021', message: /runAsGroup' > 10000/, reason: 'As KSV-0020, for groups.' },
  {
    id: 'KSV-0125',
    message: /uses an image from an untrusted registry/,
    reason: 'Trivy trusts only cloud providers’ registries; ours (guide row CI-05) and the official ones are pinned, and ours are signed.',
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
      'It takes numbers and names such as JWT_ALGORITHM for secrets. What is secret is declared in the contract, and a policy keeps it out.',
  },
  {
    id: 'KSV-0048',
    message: /Role '[\w-]+-(deployer|read-only)' should not have access to resources \["pods"/,
    reason:
      'To write workloads is what the deployer is for; its Role is made from the kinds that the charts contain. Who only looks may patch in dry runs alone.',
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
];
