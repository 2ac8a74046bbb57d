/** A backup or a restore that cannot continue, and what the operator can do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly remedy: string;
  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** The message of any thrown value. */
export const messageOf = (error: unknown): string => (Error.isError(error) ? error.message || error.name : String(error));
