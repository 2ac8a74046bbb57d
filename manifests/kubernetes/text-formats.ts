/** A kind of text that the API server checks: its length, its characters. */
interface TextRule {
  readonly most: number;
  readonly pattern: RegExp;
  /** What a text of this kind consists of. */
  readonly consistsOf: string;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const qualified = '[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?';
const lowerCase = 'lower-case letters, digits and "-", with a letter or digit at both ends';

/** By k8s.io/apimachinery/pkg/util/validation. */
export const textFormats = {
  /** RFC 1123 label. */
  label: { most: 63, pattern: new RegExp(`^${label}$`), consistsOf: lowerCase },
  /** RFC 1035 label, as names of Services are. */
  serviceName: {
    most: 63,
    pattern: /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/,
    consistsOf: 'lower-case letters, digits and "-", beginning with a letter',
  },
  /** RFC 1123 subdomain. */
  subdomain: { most: 253, pattern: new RegExp(`^${label}(?:\\.${label})*$`), consistsOf: `parts of ${lowerCase}, joined by "."` },
  /** Of an edge: a subdomain whose parts have at most 63 characters, its first part may be "*". */
  hostName: {
    most: 253,
    pattern: new RegExp(`^(?:\\*\\.)?(?!.*[^.]{64})${label}(?:\\.${label})*$`),
    consistsOf: 'a host name without scheme, port and path, such as api.example.com',
  },
  /** Of RBAC objects. */
  pathSegment: { most: 253, pattern: /^(?!\.{1,2}$)[^/%]+$/, consistsOf: 'any characters but "/" and "%"' },
  labelValue: {
    most: 63,
    pattern: new RegExp(`^(?:${qualified})?$`),
    consistsOf: 'letters, digits, "-", "_" and ".", with a letter or digit at both ends',
  },
  labelKey: {
    most: 317,
    pattern: new RegExp(`^(?:(?=[^/]{1,253}/)${label}(?:\\.${label})*/)?(?=[^/]{1,63}$)${qualified}$`),
    consistsOf: 'a name of at most 63 letters, digits, "-", "_" and ".", after an optional "subdomain/"',
  },
  /** Of a container's port (RFC 6335). */
  portName: {
    most: 15,
    pattern: /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/,
    consistsOf: 'lower-case letters, at least one, digits and single "-", with a letter or digit at both ends',
  },
  environmentVariable: {
    most: 1024,
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    consistsOf: 'letters, digits and "_", not beginning with a digit',
  },
  /** Of ConfigMaps and Secrets. */
  dataKey: { most: 253, pattern: /^(?!\.{1,2}$)(?!\.\.)[-._a-zA-Z0-9]+$/, consistsOf: 'letters, digits, "-", "_" and "."' },
  /** distribution/reference, with a tag or a digest. */
  image: {
    most: 512,
    pattern:
      /^(?:[a-zA-Z0-9.-]+(?::\d{1,5})?\/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/,
    consistsOf: 'an image reference HOST/NAME:TAG or HOST/NAME@sha256:… with a lower-case name',
  },
  absolutePath: { most: 4096, pattern: /^\/[^:\0]*$/, consistsOf: 'an absolute path' },
} as const satisfies Record<string, TextRule>;
export type TextFormat = keyof typeof textFormats;

/** What is wrong with a text, and what to do; undefined if it is right. `most`: fewer characters than the kind has. */
export function validateText(kind: TextFormat, value: unknown, most: number = textFormats[kind].most): string | undefined {
  const { pattern, consistsOf } = textFormats[kind];
  if (typeof value !== 'string') return `is ${typeof value}, not text: write it in quotes`;
  if (value.length > most) return `has ${value.length} characters, but at most ${most} are allowed: shorten it`;
  if (!pattern.test(value)) return `${value === '' ? 'is empty' : 'is not valid'}: use ${consistsOf}`;
  return undefined;
}
