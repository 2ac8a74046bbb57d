import { escapeXml } from './escape-xml.ts';

/** An element of a chart. Pages render it as elements of their own, files get its text. */
export interface ChartNode {
  readonly tag: string;
  /** Names as in SVG files: `stroke-width`. There is no `style`, which the content security policy of the page forbids. */
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly (ChartNode | string)[];
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

const rounded = (value: string | number) => (typeof value === 'number' ? Math.round(value * 100) / 100 : value);

/** An element; attributes without a value are left out, numbers have two decimals. */
export function element(tag: string, attributes: Attributes, ...children: readonly (ChartNode | string)[]): ChartNode {
  const present = Object.entries(attributes).flatMap(([name, value]) => (value === undefined ? [] : [[name, rounded(value)] as const]));
  return { tag, attributes: Object.fromEntries(present), children };
}

/** The chart as the text of an SVG file. */
export function toSvg(node: ChartNode): string {
  const namespace = node.tag === 'svg' ? ' xmlns="http://www.w3.org/2000/svg"' : '';
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`);
  const children = node.children.map((child) => (typeof child === 'string' ? escapeXml(child) : toSvg(child)));
  return `<${node.tag}${namespace}${attributes.join('')}>${children.join('')}</${node.tag}>`;
}
