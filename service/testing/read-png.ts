import { unzlibSync } from 'fflate';

/** The pixels of a picture. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The red, green and blue of a pixel, 0 to 255. */
  at(x: number, y: number): readonly [red: number, green: number, blue: number];
}

/** The predictor Paeth of https://www.w3.org/TR/png-3/#9Filter-type-4-Paeth. */
function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

const predictors: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => Math.floor((left + up) / 2),
  paeth,
];

/** Reads a PNG with 8 bits of red, green, blue and alpha, and without interlacing. */
export function readPng(bytes: Uint8Array): Pixels {
  const view = Buffer.from(bytes);
  const [width, height] = [view.readUInt32BE(16), view.readUInt32BE(20)];
  if (view.toString('hex', 24, 29) !== '0806000000') throw new Error('not 8 bits of red, green, blue and alpha');
  const data: Buffer[] = [];
  for (let at = 8; at < view.length; ) {
    const length = view.readUInt32BE(at);
    if (view.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(view.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const rows = unzlibSync(Buffer.concat(data));
  const row = width * 4;
  const pixels = new Uint8Array(height * row);
  for (let y = 0; y < height; y += 1) {
    const predict = predictors[rows[y * (row + 1)] ?? 0];
    for (let x = 0; x < row; x += 1) {
      const at = y * row + x;
      const left = x < 4 ? 0 : pixels[at - 4];
      const up = y === 0 ? 0 : pixels[at - row];
      const corner = x < 4 || y === 0 ? 0 : pixels[at - row - 4];
      pixels[at] = (rows[y * (row + 1) + 1 + x] ?? 0) + (predict?.(left ?? 0, up ?? 0, corner ?? 0) ?? 0);
    }
  }
  const byte = (at: number) => pixels[at] ?? 0;
  return {
    width,
    height,
    at(x, y) {
      const at = y * row + x * 4;
      return [byte(at), byte(at + 1), byte(at + 2)];
    },
  };
}
