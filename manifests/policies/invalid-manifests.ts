/** Mistakes in the environments or in the objects made of them, found at synth; nothing was written. */
export class InvalidManifestsError extends Error {
  override readonly name = 'InvalidManifests';
  /** A sentence each: where, what, and how to correct it. */
  readonly violations: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.violations = mistakes;
  }
}
