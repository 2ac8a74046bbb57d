import type { ChartNode } from '../../../charts/node.ts';

type Document = PDFKit.PDFDocument;
export interface PdfFonts {
  readonly regular: string;
  readonly bold: string;
}

/** A fill of a chart in the graphics of a PDF. */
interface Fill {
  readonly colour: string;
  /** Strokes over the colour, in squares of `size`. */
  readonly strokes?: { readonly path: string; readonly colour: string; readonly size: number };
}

const childrenOf = ({ children }: ChartNode) => children.filter((child) => typeof child !== 'string');
const textOf = ({ children }: ChartNode) => children.filter((child) => typeof child === 'string').join('');

/** The patterns of a chart by their reference. */
function patternsOf(chart: ChartNode): ReadonlyMap<string, Fill> {
  const patterns = childrenOf(chart)
    .filter(({ tag }) => tag === 'defs')
    .flatMap(childrenOf);
  return new Map(
    patterns.map((pattern) => {
      const [square, strokes] = childrenOf(pattern);
      const [path, colour] = [String(strokes?.attributes.d), String(strokes?.attributes.stroke)];
      const fill = { colour: String(square?.attributes.fill), strokes: { path, colour, size: Number(pattern.attributes.width) } };
      return [`url(#${pattern.attributes.id})`, fill] as const;
    }),
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function fillRectangle(document: Document, { x, y, width, height }: Box, { colour, strokes }: Fill): void {
  document.rect(x, y, width, height).fill(colour);
  if (strokes === undefined || strokes.path === 'M0 0') return;
  const { size, path } = strokes;
  document.save().rect(x, y, width, height).clip().lineWidth(1.2);
  for (let left = Math.floor(x / size) * size; left < x + width; left += size) {
    for (let top = Math.floor(y / size) * size; top < y + height; top += size) {
      document.save().translate(left, top).path(path).stroke(strokes.colour).restore();
    }
  }
  document.restore();
}

/** Sets the stroke of an element; false if it has none. */
function withStroke(document: Document, { attributes }: ChartNode): boolean {
  const { stroke } = attributes;
  if (stroke === undefined || stroke === 'none') return false;
  const dashes = String(attributes['stroke-dasharray'] ?? 'none');
  document.lineWidth(Number(attributes['stroke-width'] ?? 1)).strokeOpacity(Number(attributes['stroke-opacity'] ?? 1));
  if (dashes === 'none') document.undash();
  else document.dash(Number(dashes.split(' ')[0]), { space: Number(dashes.split(' ')[1]) });
  document.strokeColor(String(stroke));
  return true;
}

function drawText(document: Document, node: ChartNode, fonts: PdfFonts): void {
  const { attributes } = node;
  const text = textOf(node);
  document.font(attributes['font-weight'] === 'bold' ? fonts.bold : fonts.regular).fontSize(Number(attributes['font-size']));
  const share = { middle: 0.5, end: 1 }[String(attributes['text-anchor'])] ?? 0;
  const [x, y] = [Number(attributes.x) - document.widthOfString(text) * share, Number(attributes.y)];
  const place = { lineBreak: false, baseline: 'alphabetic' } as const;
  // The outline that keeps a label legible on a map.
  if (withStroke(document, node)) document.text(text, x, y, { ...place, stroke: true, fill: false });
  document.fillColor(String(attributes.fill)).text(text, x, y, place);
}

/** Draws a chart at the origin of the current coordinates, in points for pixels. */
export function drawChart(document: Document, chart: ChartNode, fonts: PdfFonts): void {
  const patterns = patternsOf(chart);
  const fillOf = (fill: string | number | undefined): Fill | undefined =>
    fill === undefined || fill === 'none' ? undefined : (patterns.get(String(fill)) ?? { colour: String(fill) });

  function drawRectangle(node: ChartNode): void {
    const { attributes } = node;
    const [x, y] = [Number(attributes.x ?? 0), Number(attributes.y ?? 0)];
    const [width, height] = [Number(attributes.width), Number(attributes.height)];
    const fill = fillOf(attributes.fill);
    if (fill !== undefined) fillRectangle(document, { x, y, width, height }, fill);
    if (withStroke(document, node)) document.rect(x, y, width, height).stroke();
  }
  function drawPath(node: ChartNode): void {
    const { attributes } = node;
    const path = String(attributes.d);
    if (path === '') return;
    const [, x = '0', y = '0'] = /translate\((\S+) (\S+)\)/.exec(String(attributes.transform)) ?? [];
    document.save().translate(Number(x), Number(y));
    const fill = fillOf(attributes.fill);
    if (fill !== undefined) document.path(path).fill(fill.colour);
    if (withStroke(document, node)) document.path(path).stroke();
    document.restore();
  }
  const drawn: Readonly<Record<string, (node: ChartNode) => void>> = {
    rect: drawRectangle,
    path: drawPath,
    text: (node) => drawText(document, node, fonts),
    line(node) {
      const [x1, y1, x2, y2] = [node.attributes.x1, node.attributes.y1, node.attributes.x2, node.attributes.y2].map(Number);
      if (withStroke(document, node))
        document
          .moveTo(x1 ?? 0, y1 ?? 0)
          .lineTo(x2 ?? 0, y2 ?? 0)
          .stroke();
    },
    g: (node) => childrenOf(node).forEach(draw),
    svg: (node) => childrenOf(node).forEach(draw),
  };
  function draw(node: ChartNode): void {
    document.save();
    drawn[node.tag]?.(node);
    document.restore();
  }
  draw(chart);
}
