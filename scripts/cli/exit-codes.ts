/** Exit codes of `leyenda`. They are stable: workflows and scripts may switch on them. */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  rolledBack: 3,
  rollbackFailed: 4,
  failed: 5,
  locked: 6,
  rejected: 7,
  different: 8,
  unsigned: 9,
  frozen: 10,
} as const;
export type ExitName = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitName];

export const isExitName = (name: string): name is ExitName => Object.hasOwn(exitCodes, name);

/** The meaning of each exit code in every command; a command may be more specific. */
export const exitMeanings: Readonly<Record<ExitName, string>> = {
  ok: 'success: deployed and verified, healthy, or no difference',
  internal: 'unexpected error in the tool itself',
  usage: 'invalid arguments, environment or configuration; nothing was changed',
  rolledBack: 'the release is unhealthy; rolled back to the last good release, which is verified',
  rollbackFailed: 'the release is unhealthy, and the rollback failed',
  failed: 'the release is unhealthy and stays in place: --no-rollback, interrupted, or no earlier good release',
  locked: 'another deploy holds the lock',
  rejected:
    'rejected before the first write: a conflict, a cluster that changed after the plan, or a missing permission, kind or namespace',
  different: 'the check failed: unhealthy, different or incomplete',
  unsigned: 'the signature of the image could not be verified; nothing was changed',
  frozen: 'the release is unhealthy and stays in place: its migration changed the schema, and the last good release does not support it',
};
