import { type ChildNode, type Document, DomHandler, type Element, isTag, isText, type ParentNode } from 'domhandler';
import { readMarkup } from './markup.ts';

/** Elements whose text is not part of an article. */
const skipped = new Set('script style template noscript iframe object svg math head form button select'.split(' '));
/** Elements that do not separate words. */
const inline = new Set(
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s small span strike strong sub sup tt u var wbr'.split(' '),
);

/** The document of a page, as far as the limits of `readMarkup`. */
export function parseHtml(text: string): Document {
  const handler = new DomHandler();
  readMarkup(text, false, {
    open(name, attributes) {
      handler.onopentag(name, { ...attributes });
      return true;
    },
    text(data) {
      handler.ontext(data);
      return true;
    },
    close: () => handler.onclosetag(),
  });
  return handler.root;
}

function collectText(nodes: readonly ChildNode[], parts: string[]): void {
  for (const node of nodes) {
    if (isText(node)) parts.push(node.data);
    if (!isTag(node) || skipped.has(node.name)) continue;
    const space = inline.has(node.name) ? '' : ' ';
    parts.push(space);
    collectText(node.children, parts);
    parts.push(space);
  }
}

/** The visible text, with its white space. */
export function visibleText(node: ParentNode): string {
  const parts: string[] = [];
  collectText(node.children, parts);
  return parts.join('');
}

/** The elements for which a condition holds, in the order of the document. */
export function elementsWhere(node: ParentNode, condition: (element: Element) => boolean): Element[] {
  const found: Element[] = [];
  const rest: ChildNode[] = node.children.toReversed();
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (!isTag(next)) continue;
    if (condition(next)) found.push(next);
    // A spread of many children would exceed the stack.
    for (const child of next.children.toReversed()) rest.push(child);
  }
  return found;
}
