import { mask } from '../../contract/redact.ts';
import { isRecord } from './json.ts';

/** Replaces the values of a Secret by digests, so that a diff shows whether they differ. */
export function maskSecrets(
  object: Readonly<Record<string, unknown>>,
  digest: (text: string) => string,
): Readonly<Record<string, unknown>> {
  if (object.kind !== 'Secret') return object;
  const hide = (values: unknown): unknown =>
    isRecord(values)
      ? Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${mask} ${digest(String(value)).slice(0, 8)}`]))
      : values;
  return { ...object, data: hide(object.data), stringData: hide(object.stringData) };
}
