import { type TextFormat, validateText } from './text-formats.ts';

interface NameRule {
  readonly is?: TextFormat;
  readonly most?: number;
  /** Why the name may not be as long as its kind of text. */
  readonly because?: string;
}

/** How an object may be called, by its kind; every other kind: a subdomain. */
const rules: Readonly<Record<string, NameRule>> = {
  Namespace: { is: 'label' },
  Service: { is: 'serviceName' },
  Role: { is: 'pathSegment' },
  ClusterRole: { is: 'pathSegment' },
  RoleBinding: { is: 'pathSegment' },
  ClusterRoleBinding: { is: 'pathSegment' },
  StatefulSet: { is: 'label', most: 52, because: 'its pods have the label controller-revision-hash, which is the name and 11 characters' },
  CronJob: { most: 52, because: 'its Jobs are named after it, with 11 characters more' },
  Job: { most: 63, because: 'its pods have the label job-name' },
  Gateway: { most: 63, because: 'what is made for it has the label gateway-name' },
  Cluster: { is: 'label', most: 50, because: 'the operator names Services and pods after it' },
  ScaledObject: { most: 54, because: 'KEDA labels its autoscaler keda-hpa- and this name' },
};

/** What is wrong with the name of an object of this kind; undefined if it is right. */
export function validateName(kind: string, name: unknown): string | undefined {
  const { is = 'subdomain', most, because } = rules[kind] ?? {};
  const mistake = validateText(is, name, most);
  return mistake === undefined || because === undefined || !mistake.startsWith('has ') ? mistake : `${mistake}, because ${because}`;
}
