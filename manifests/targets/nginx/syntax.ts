/** One directive of nginx's configuration language; with `block` it holds others. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block?: readonly Directive[];
  /** Printed above it. */
  readonly comment?: string;
}

export const directive = (name: string, ...args: readonly (string | number)[]): Directive => ({ name, args: args.map(String) });
export const block = (name: string, args: readonly string[], inner: readonly Directive[], comment?: string): Directive => ({
  name,
  args,
  block: inner,
  ...(comment === undefined ? {} : { comment }),
});

/**
 * Text without variables.
 * @throws if it contains a `$`, which the language cannot escape
 */
export function literal(text: string): string {
  if (text.includes('$')) throw new Error(`nginx would read a variable in ${JSON.stringify(text)}`);
  return text;
}

const written: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** An argument, quoted and escaped if necessary. */
function argument(text: string): string {
  const control = /(?![\n\r\t])\p{Cc}/u.exec(text);
  if (control) throw new Error(`there must be no control character in ${JSON.stringify(text)}`);
  const quote = text.includes('"') ? "'" : '"';
  // A backslash is escaped before these only, to keep regular expressions readable.
  const escaped = text
    .replace(/\\(?=[\\"'trn]|$)/g, '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(/[\n\r\t]/g, (sign) => written[sign] ?? sign);
  return text === '' || /[\s;{}"'#]/.test(text) ? `${quote}${escaped}${quote}` : escaped;
}

function lines({ name, args, block, comment }: Directive, indent: string): string[] {
  const head = `${indent}${[name, ...args].map(argument).join(' ')}`;
  const above = comment === undefined ? [] : [`${indent}# ${comment.replace(/\s+/g, ' ')}`];
  if (block === undefined) return [...above, `${head};`];
  return [...above, `${head} {`, ...block.flatMap((inner) => lines(inner, `${indent}    `)), `${indent}}`];
}

/** The text of a configuration. */
export const print = (directives: readonly Directive[]): string => `${directives.flatMap((each) => lines(each, '')).join('\n')}\n`;
