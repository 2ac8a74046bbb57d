const binary = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 };
const decimal = { n: 1e-9, u: 1e-6, m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
const units: Readonly<Record<string, number>> = { ...binary, ...decimal };

/** The value of a Kubernetes quantity: `250m` is 0.25, `1Gi` is 1073741824; undefined if the API server rejects it. */
export function parseQuantity(text: string): number | undefined {
  const parts = /^(?<sign>[+-]?)(?<number>\d+(?:\.\d*)?|\.\d+)(?:(?<unit>[numkMGTPE]|[KMGTPE]i)|[eE](?<exponent>[+-]?\d{1,3}))?$/.exec(
    text,
  )?.groups;
  if (parts === undefined) return undefined;
  const { sign, number, unit = '', exponent = '0' } = parts;
  return (sign === '-' ? -1 : 1) * Number(number) * (units[unit] ?? 1) * 10 ** Number(exponent);
}

/** The API server accepts milli-bytes and rounds them up to one byte: `m` is always a typo of `M` or `Mi` here. */
const isBytes = (resource: string): boolean => /(?:^|\.)(?:memory|storage|ephemeral-storage|size|sizeLimit)$/.test(resource);

/**
 * Describes the error in a quantity; undefined if it is valid.
 * @param resource name of the resource, such as `memory` or `requests.cpu`
 */
export function validateQuantity(resource: string, value: unknown): string | undefined {
  const amount = parseQuantity(String(value));
  if (amount === undefined)
    return `is not a quantity: write a number with a unit, such as ${isBytes(resource) ? '512Mi or 1Gi' : '250m or 2'}`;
  if (amount < 0) return 'is negative: write 0 or more';
  if (isBytes(resource) && /[num]$/.test(String(value)))
    return `is ${amount} bytes: write ${String(value).replace(/[num]$/, 'Mi')} for mebibytes`;
  return undefined;
}
