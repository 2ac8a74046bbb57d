/** What the kernel audits: changes below a path, or system calls. `ausearch -k KEY` finds the records. */
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

/** @returns keys that auditctl rejects, and duplicate rules */
export function auditViolations(rules: readonly AuditRule[]): string[] {
  const lines = auditLines(rules);
  return [
    ...rules
      .filter(({ key }) => !/^[a-z][a-z-]{0,30}$/.test(key))
      .map(({ key }) => `audit: "${key}" is no key: write small letters and hyphens`),
    ...lines.filter((each, index) => lines.indexOf(each) !== index).map((each) => `audit: duplicate rule: ${each}`),
  ];
}
