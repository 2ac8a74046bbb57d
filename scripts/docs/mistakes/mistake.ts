/** A mistake in a copy of the sources, and the expected error. */
export interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The error must match all of these: both sides of the contradiction. */
  readonly says: readonly RegExp[];
}
