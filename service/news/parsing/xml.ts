import { readMarkup } from './markup.ts';
import { prefixOf } from './namespaces.ts';

export interface XmlElement {
  /** In lower case, with the prefix of `namespaces.ts`. The elements of Atom have none in a document of Atom. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
  /** Absolute URL that relative ones refer to. */
  readonly base: string;
  /** xml:lang, also of an outer element. */
  readonly language: string | undefined;
}

interface OpenElement extends XmlElement {
  /** As the document writes it. */
  readonly written: string;
  readonly children: (XmlElement | string)[];
  /** Prefix of the document → prefix of this service. */
  readonly scope: ReadonlyMap<string, string>;
}

/** The absolute URL; undefined if it is none. */
export const resolveUrl = (url: string, base: string): string | undefined => URL.parse(url.trim(), base)?.href;

function scopeOf(attributes: Readonly<Record<string, string>>, outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const declared = Object.entries(attributes).flatMap(([name, value]) => {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) return [];
    const prefix = name.slice('xmlns:'.length);
    return [[prefix, prefixOf(value) ?? prefix] as const];
  });
  return declared.length === 0 ? outer : new Map([...outer, ...declared]);
}

function nameIn(scope: ReadonlyMap<string, string>, name: string): string {
  const colon = name.indexOf(':');
  const prefix = name.slice(0, Math.max(colon, 0));
  const known = scope.get(prefix) ?? prefix;
  return known === '' ? name.slice(colon + 1) : `${known}:${name.slice(colon + 1)}`;
}

const fields =
  'title link guid id pubdate published updated description summary content author category dc:creator dc:date content:encoded item entry'.split(
    ' ',
  );
/** Elements that contain text only: another field in them shows that their end is missing, or misspelled. */
const unclosed = new Map<string, ReadonlySet<string>>([
  ...['title', 'link', 'guid', 'id', 'pubdate', 'published', 'updated', 'category', 'dc:creator', 'dc:date'].map(
    (name) => [name, new Set(fields)] as const,
  ),
  ...['description', 'summary'].map((name) => [name, new Set(['guid', 'pubdate', 'item', 'entry'])] as const),
]);

/** Text in no element, before or after the document, is ignored. A document that ends early, or closes other elements than it opens, is read as far as it goes. */
export function parseXml(text: string, url: string): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, children: [], base: url, language: undefined, written: '', scope: new Map() };
  const open = [root];
  const top = () => open.at(-1) ?? root;
  readMarkup(text, true, {
    open(written, attributes) {
      if (unclosed.get(top().name)?.has(nameIn(top().scope, written))) open.pop();
      const outer = top();
      const declared = scopeOf(attributes, outer.scope);
      // Atom is the language of the document if its first element is of Atom.
      const isAtom = outer === root && nameIn(declared, written) === 'atom:feed';
      const scope = isAtom ? new Map([...declared].map(([prefix, known]) => [prefix, known === 'atom' ? '' : known])) : declared;
      const base = attributes['xml:base'];
      const element: OpenElement = {
        name: nameIn(scope, written),
        attributes,
        children: [],
        base: base === undefined ? outer.base : (resolveUrl(base, outer.base) ?? outer.base),
        language: attributes['xml:lang'] ?? outer.language,
        written,
        scope,
      };
      outer.children.push(element);
      open.push(element);
      return true;
    },
    text(data) {
      if (top() !== root) top().children.push(data);
      return true;
    },
    close(written) {
      if (top().written === written) open.pop();
    },
  });
  // The end of a document that was cut off: half an address is the address of another page.
  const last = open.pop();
  if (last !== undefined && unclosed.has(last.name)) top().children.pop();
  return root;
}

export const elementsOf = (element: XmlElement): readonly XmlElement[] => element.children.filter((child) => typeof child !== 'string');

export const childOf = (element: XmlElement, name: string) => elementsOf(element).find((child) => child.name === name);

/** The elements of a name at any depth, in the order of the document. */
export function descendantsOf(element: XmlElement, name: string, max: number): XmlElement[] {
  const found: XmlElement[] = [];
  const rest = [element];
  for (let next = rest.pop(); next !== undefined && found.length < max; next = rest.pop()) {
    if (next.name === name) found.push(next);
    // A spread of many children would exceed the stack.
    for (const child of elementsOf(next).toReversed()) rest.push(child);
  }
  return found;
}

/** All text within an element. */
export const textOf = (element: XmlElement): string =>
  element.children.map((child) => (typeof child === 'string' ? child : textOf(child))).join('');
