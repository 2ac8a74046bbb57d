import { createElement, type ReactElement } from 'react';
import type { ChartNode } from '../../../charts/node.ts';

/** The name of an attribute for React: `strokeWidth` of `stroke-width`; `aria-…` stays. */
const propertyOf = (attribute: string): string =>
  attribute.startsWith('aria-') ? attribute : attribute.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A chart as elements of the page. */
export function toElement({ tag, attributes, children }: ChartNode, key?: number): ReactElement {
  const properties = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [propertyOf(name), value]));
  const elements = children.map((child, index) => (typeof child === 'string' ? child : toElement(child, index)));
  return createElement(tag, { ...properties, key }, ...elements);
}
