import { type TextFormat, validateText } from './text-formats.ts';

interface NameRule {
  readonly format?: TextFormat;
  readonly maxLength?: number;
  /** Why the name must be shorter than its format allows. */
  readonly because?: string;
}

/** Name format by kind; all other kinds use `subdomain`. */
const rules: Readonly<Record<string, NameRule>> = {
  Namespace: { format: 'label' },
  Service: { format: 'serviceName' },
  Role: { format: 'pathSegment' },
  ClusterRole: { format: 'pathSegment' },
  RoleBinding: { format: 'pathSegment' },
  ClusterRoleBinding: { format: 'pathSegment' },
  StatefulSet: {
    format: 'label',
    maxLength: 52,
    because: 'its pods have the label controller-revision-hash, which is the name plus 11 characters',
  },
  CronJob: { maxLength: 52, because: 'its Jobs are named after it, plus 11 characters' },
  Job: { maxLength: 63, because: 'its pods have the label job-name' },
  Gateway: { maxLength: 63, because: 'the objects created for it have the label gateway-name' },
  Cluster: { format: 'label', maxLength: 50, because: 'the operator names Services and pods after it' },
  ScaledObject: { maxLength: 54, because: 'KEDA labels its autoscaler keda-hpa- and this name' },
};

/** Describes the error in an object's name; undefined if it is valid. */
export function validateName(kind: string, name: unknown): string | undefined {
  const { format = 'subdomain', maxLength, because } = rules[kind] ?? {};
  const error = validateText(format, name, maxLength);
  return error === undefined || because === undefined || !error.startsWith('has ') ? error : `${error}, because ${because}`;
}
