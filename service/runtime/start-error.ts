/** Why a process cannot start: one sentence for the operator that names the setting, what is wrong and what to do. Printed without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
