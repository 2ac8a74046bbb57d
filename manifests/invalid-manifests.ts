/** Mistakes in the environments or in the objects made of them, found at synth; nothing was written. */
export class InvalidManifests extends Error {
  override readonly name = 'InvalidManifests';
  /** A sentence each: where, what, and how to correct it. */
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.mistakes = mistakes;
  }
}
