/** Errors in environments or in the objects synthesized from them. No manifest is written. */
export class InvalidManifestsError extends Error {
  override readonly name = 'InvalidManifests';
  /** One sentence each: where, what, and the fix. */
  readonly violations: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.violations = mistakes;
  }
}
