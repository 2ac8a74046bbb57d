/** What the kernel writes down: a change below a path, or a system call; found again by `ausearch -k KEY` (guide row SE-06). */
export type AuditRule =
  | { readonly key: string; readonly file: `/${string}` }
  | { readonly key: string; readonly folder: `/${string}` }
  | { readonly key: string; readonly calls: readonly string[] };

function line(rule: AuditRule): string {
  const key = `-F key=${rule.key}`;
  if ('file' in rule) return `-a always,exit -F path=${rule.file} -F perm=wa ${key}`;
  if ('folder' in rule) return `-a always,exit -F dir=${rule.folder} -F perm=wa ${key}`;
  return `-a always,exit -F arch=b64 -S ${rule.calls.join(',')} ${key}`;
}

/** Lines for auditctl. */
export const auditLines = (rules: readonly AuditRule[]): string[] => rules.map(line);

/** Keys with characters that auditctl does not take, and rules that stand there twice. */
export function auditViolations(rules: readonly AuditRule[]): string[] {
  const lines = auditLines(rules);
  return [
    ...rules
      .filter(({ key }) => !/^[a-z][a-z-]{0,30}$/.test(key))
      .map(({ key }) => `audit: "${key}" is no key: write small letters and hyphens`),
    ...lines.filter((each, index) => lines.indexOf(each) !== index).map((each) => `audit: described twice: ${each}`),
  ];
}
