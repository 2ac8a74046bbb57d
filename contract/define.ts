/** A property whose name is a sentence: the compiler's message starts with it, not with a dump of types. */
type Instruction<Sentence extends string> = { readonly [S in Sentence]: never };

type RequiredKeys<Shape> = { [K in keyof Shape]-?: Record<never, never> extends Pick<Shape, K> ? never : K }[keyof Shape];
/** Fields whose values have another type than the shape's. */
type WrongKeys<T, Shape> = { [K in keyof T]: K extends keyof Shape ? (T[K] extends Shape[K] ? never : K) : never }[keyof T];
/** What to change in an entry `T`, so that it has the shape; `unknown`: nothing. */
type Corrections<T, Shape, What extends string> = [Exclude<RequiredKeys<Shape>, keyof T>] extends [never]
  ? T extends Shape
    ? [Exclude<keyof T, keyof Shape>] extends [never]
      ? unknown
      : Instruction<`Remove ${Exclude<keyof T, keyof Shape> & string} from this ${What}, or correct its name`>
    : Instruction<`Correct ${WrongKeys<T, Shape> & string} of this ${What}`>
  : Instruction<`Add ${Exclude<RequiredKeys<Shape>, keyof T> & string} to this ${What}`>;

/** The variant of a union that has the `type` of the entry. */
type VariantOf<T, Shape> = T extends { readonly type: infer Type }
  ? [Extract<Shape, { readonly type: Type }>] extends [never]
    ? Shape
    : Extract<Shape, { readonly type: Type }>
  : Shape;

interface Table<Shape, What extends string> {
  of<const T extends Readonly<Record<string, object>>>(
    entries: T & { readonly [K in keyof T]: Corrections<T[K], VariantOf<T[K], Shape>, What> },
  ): { readonly [K in keyof T]: T[K] extends Shape ? T[K] : Omit<T[K], WrongKeys<T[K], Shape> & PropertyKey> & VariantOf<T[K], Shape> };
}

/**
 * Declares a table of the contract, whose entries keep their literal types. A wrong entry is one error at that entry: other files see the shape.
 * Usage: `table<Setting, 'setting'>().of({ … })`
 */
export function table<Shape, What extends string>(): Table<Shape, What>;
export function table(): { of(entries: object): object } {
  return { of: (entries) => entries };
}
