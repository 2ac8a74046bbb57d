import type { ChartNode } from '../node.ts';
import { textWidth } from '../text-width.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** All elements of a chart. */
export const nodesOf = (node: ChartNode): readonly ChartNode[] => [
  node,
  ...node.children.flatMap((child) => (typeof child === 'string' ? [] : nodesOf(child))),
];

/** The texts that a chart shows. */
export const textsOf = (node: ChartNode): readonly string[] =>
  nodesOf(node)
    .filter(({ tag }) => tag === 'text')
    .map(({ children }) => children.join(''));

const around = (points: readonly (readonly [number, number])[]): readonly Box[] =>
  points.length === 0
    ? []
    : [
        {
          left: Math.min(...points.map(([x]) => x)),
          right: Math.max(...points.map(([x]) => x)),
          top: Math.min(...points.map(([, y]) => y)),
          bottom: Math.max(...points.map(([, y]) => y)),
        },
      ];

/** End points of a path with absolute commands; relative commands are those of symbols, which are small. */
function pathBox(d: string): readonly Box[] {
  const numbers = d.match(/[ML]-?[\d.]+,-?[\d.]+/g) ?? [];
  return around(
    numbers.map((pair) => {
      const [x = Number.NaN, y = Number.NaN] = pair.slice(1).split(',').map(Number);
      return [x, y] as const;
    }),
  );
}

function textBox({ attributes, children }: ChartNode): readonly Box[] {
  const [x, y, size] = [Number(attributes.x), Number(attributes.y), Number(attributes['font-size'])];
  const width = textWidth(children.join(''), size);
  const left = x - width * ({ middle: 0.5, end: 1 }[String(attributes['text-anchor'])] ?? 0);
  return [{ left, right: left + width, top: y - size * 0.8, bottom: y + size * 0.2 }];
}

function ownBoxes(node: ChartNode): readonly Box[] {
  const number = (name: string) => Number(node.attributes[name] ?? 0);
  switch (node.tag) {
    case 'rect':
      return around([
        [number('x'), number('y')],
        [number('x') + number('width'), number('y') + number('height')],
      ]);
    case 'line':
      return around([
        [number('x1'), number('y1')],
        [number('x2'), number('y2')],
      ]);
    case 'path':
      return pathBox(String(node.attributes.d));
    case 'text':
      return textBox(node);
    default:
      return [];
  }
}

const moved = ([dx, dy]: readonly [number, number], box: Box): Box => ({
  left: box.left + dx,
  right: box.right + dx,
  top: box.top + dy,
  bottom: box.bottom + dy,
});

/** The rectangles that the elements of a chart cover; curves by their end points, text by its estimated width. */
export function boxesOf(node: ChartNode): readonly Box[] {
  if (node.tag === 'defs') return [];
  const [x = 0, y = 0] = (/translate\((\S+) (\S+)\)/.exec(String(node.attributes.transform)) ?? []).slice(1).map(Number);
  return [...ownBoxes(node), ...node.children.flatMap((child) => (typeof child === 'string' ? [] : boxesOf(child)))].map((box) =>
    moved([x, y], box),
  );
}
