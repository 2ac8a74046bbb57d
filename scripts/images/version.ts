/** A tag such as `v3.7.3` or `18.4-alpine`: prefix, numbers, and the variant of the image. */
interface Version {
  readonly prefix: string;
  readonly numbers: readonly number[];
  readonly variant: string;
}

function parseVersion(tag: string): Version | undefined {
  const [, prefix = '', numbers = '', variant = ''] = /^(v?)(\d{1,6}(?:\.\d{1,6}){1,2})(?:-(.+))?$/.exec(tag) ?? [];
  return numbers === '' ? undefined : { prefix, numbers: numbers.split('.').map(Number), variant };
}

/** Positive if `a` is newer. */
const compare = (a: Version, b: Version): number =>
  a.numbers.map((number, index) => number - (b.numbers[index] ?? 0)).find((difference) => difference !== 0) ?? 0;

/**
 * The tags with a newer version than the pinned one, newest first: of the same variant and major version, with as many numbers.
 * A major version changes formats and settings, and a pre-release is another variant: both are chosen by a person.
 * @throws if the pinned tag is not a version
 */
export function newerTags(pinned: string, tags: readonly string[]): string[] {
  const current = parseVersion(pinned);
  if (current === undefined) throw new Error(`${pinned} is not a version`);
  const { prefix, numbers, variant } = current;
  return tags
    .flatMap((tag) => {
      const version = parseVersion(tag);
      return version === undefined ? [] : [{ tag, version }];
    })
    .filter(
      ({ version }) =>
        version.prefix === prefix &&
        version.variant === variant &&
        version.numbers.length === numbers.length &&
        version.numbers[0] === numbers[0] &&
        compare(version, current) > 0,
    )
    .sort((a, b) => compare(b.version, a.version))
    .map(({ tag }) => tag);
}
