interface Format {
  readonly maxLength: number;
  readonly pattern: RegExp;
  /** Completes "use …" in an error message. */
  readonly consistsOf: string;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const qualified = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const lowerCase = 'lower-case letters, digits and "-", with a letter or digit at both ends';

/** Formats that the API server checks (k8s.io/apimachinery/pkg/util/validation). */
export const textFormats = {
  /** RFC 1123 label. */
  label: { maxLength: 63, pattern: new RegExp(`^${label}$`), consistsOf: lowerCase },
  /** RFC 1035 label. */
  serviceName: {
    maxLength: 63,
    pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
    consistsOf: 'lower-case letters, digits and "-", starting with a letter',
  },
  /** RFC 1123 subdomain. */
  subdomain: { maxLength: 253, pattern: new RegExp(`^${label}(?:\\.${label})*$`), consistsOf: `parts of ${lowerCase}, joined by "."` },
  /** Of an Ingress or Gateway: a subdomain whose labels have at most 63 characters; the first may be "*". */
  hostName: {
    maxLength: 253,
    pattern: new RegExp(`^(?:\\*\\.)?(?!.*[^.]{64})${label}(?:\\.${label})*$`),
    consistsOf: 'a host name without scheme, port and path, such as api.example.com',
  },
  /** Name of an RBAC object. */
  pathSegment: { maxLength: 253, pattern: /^(?!\.{1,2}$)[^/%]+$/, consistsOf: 'any characters except "/" and "%"' },
  labelValue: {
    maxLength: 63,
    pattern: new RegExp(`^(?:${qualified})?$`),
    consistsOf: 'letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  },
  labelKey: {
    maxLength: 317,
    pattern: new RegExp(`^(?:(?=[^/]{1,253}/)${label}(?:\\.${label})*/)?(?=[^/]{1,63}$)${qualified}$`),
    consistsOf: 'a name of at most 63 letters, digits, "-", "_" and ".", after an optional "subdomain/"',
  },
  /** Name of a container port (RFC 6335). */
  portName: {
    maxLength: 15,
    pattern: /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/,
    consistsOf: 'lower-case letters, at least one, digits and single "-", with a letter or digit at both ends',
  },
  environmentVariable: {
    maxLength: 1024,
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    consistsOf: 'letters, digits and "_", not starting with a digit',
  },
  /** Key of a ConfigMap or Secret. */
  dataKey: { maxLength: 253, pattern: /^(?!\.{1,2}$)(?!\.\.)[-._a-zA-Z0-9]+$/, consistsOf: 'letters, digits, "-", "_" and "."' },
  /** distribution/reference, with a tag or a digest. */
  image: {
    maxLength: 512,
    pattern:
      /^(?:[a-zA-Z0-9.-]+(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    consistsOf: 'an image reference HOST/NAME:TAG or HOST/NAME@sha256:… with a lower-case name',
  },
  absolutePath: { maxLength: 4096, pattern: /^\/[^:\0]*$/, consistsOf: 'an absolute path' },
} as const satisfies Record<string, Format>;
export type TextFormat = keyof typeof textFormats;

/** Describes the error in a text and its fix; undefined if it is valid. `maxLength` may be lower than the format's own. */
export function validateText(format: TextFormat, value: unknown, maxLength: number = textFormats[format].maxLength): string | undefined {
  const { pattern, consistsOf } = textFormats[format];
  if (typeof value !== 'string') return `is ${typeof value}, not text: write it in quotes`;
  if (value.length > maxLength) return `has ${value.length} characters, but at most ${maxLength} are allowed: shorten it`;
  if (!pattern.test(value)) return `${value === '' ? 'is empty' : 'is not valid'}: use ${consistsOf}`;
  return undefined;
}
