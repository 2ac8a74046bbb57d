/** A mistake in a copy of the sources, and what must refuse it. */
export interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Every one of these must stand in the refusal: both sides of the contradiction. */
  readonly says: readonly RegExp[];
}
