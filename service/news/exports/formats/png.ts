import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type ChartNode, toSvg } from '../../../charts/node.ts';
import { fontFamily, loadFonts } from './fonts.ts';

/** Pixels of the picture for one of the chart. */
const scale = 2;

let loading: Promise<typeof import('@resvg/resvg-wasm')> | undefined;

/** The program that draws SVG, loaded with its first use: 2.4 MB. */
async function load() {
  const resvg = await import('@resvg/resvg-wasm');
  await resvg.initWasm(await readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return resvg;
}

/** The chart as a PNG, with fonts of the service: the machine needs none. */
export async function png(chart: ChartNode): Promise<Uint8Array> {
  loading ??= load();
  const [{ Resvg }, { regular, bold }] = await Promise.all([loading, loadFonts()]);
  const font = { fontBuffers: [regular, bold], defaultFontFamily: fontFamily, loadSystemFonts: false };
  const drawing = new Resvg(toSvg(chart), { font, fitTo: { mode: 'zoom', value: scale } });
  try {
    const image = drawing.render();
    try {
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}
