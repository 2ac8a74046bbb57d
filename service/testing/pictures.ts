import { crc32 } from 'node:zlib';
import Vips from 'wasm-vips';

const ignore = () => {};
let loaded: Promise<Awaited<ReturnType<typeof Vips>>> | undefined;
async function vipsOf() {
  loaded ??= Vips({ dynamicLibraries: [], print: ignore, printErr: ignore });
  return loaded;
}

/** Colours of the corners of test pictures. */
export const corners = { topLeft: 'red', topRight: 'green', bottomLeft: 'blue', bottomRight: 'white' } as const;
type Colour = (typeof corners)[keyof typeof corners];
const rgb: Readonly<Record<Colour, readonly [number, number, number]>> = {
  red: [220, 20, 20],
  green: [20, 200, 20],
  blue: [20, 20, 220],
  white: [250, 250, 250],
};
const names: readonly Colour[] = ['red', 'green', 'blue', 'white'];

export type Format = 'jpg' | 'png' | 'webp' | 'gif' | 'tif';

interface PictureOptions {
  readonly width?: number;
  readonly height?: number;
  /** Options of the encoder of libvips, such as `{ lossless: true }`. */
  readonly encoder?: Readonly<Record<string, unknown>>;
}

/** A picture with a colour in each quarter. */
export async function makePicture(format: Format, { width = 64, height = 32, encoder = {} }: PictureOptions = {}): Promise<Buffer> {
  const vips = await vipsOf();
  const [w, h] = [width / 2, height / 2];
  const quarters = names.map((name) =>
    vips.Image.black(w, h, { bands: 3 })
      .add([...rgb[name]])
      .cast('uchar'),
  );
  const image = vips.Image.arrayjoin(quarters, { across: 2 }).copy({ interpretation: 'srgb' });
  return Buffer.from(image.writeToBuffer(`.${format}`, { ...encoder, keep: 0 }));
}

/** An animation: two pictures. */
export async function makeAnimation(): Promise<Buffer> {
  const vips = await vipsOf();
  const frames = vips.Image.black(16, 32, { bands: 3 }).add([200, 30, 30]).cast('uchar').copy({ interpretation: 'srgb' }).copy();
  frames.setInt('page-height', 16);
  return Buffer.from(frames.webpsaveBuffer());
}

/** Size of a picture, and the colours of its corners. */
export async function lookAt(bytes: Uint8Array) {
  const vips = await vipsOf();
  const image = vips.Image.newFromBuffer(bytes);
  const { width, height } = image;
  const colourAt = (x: number, y: number): Colour | undefined => {
    const found = [...image.getpoint(x, y)];
    const distance = (name: Colour) => Math.max(...rgb[name].map((value, band) => Math.abs(value - (found[band] ?? 0))));
    return names.toSorted((one, other) => distance(one) - distance(other))[0];
  };
  const [right, bottom] = [width - 3, height - 3];
  return {
    width,
    height,
    corners: {
      topLeft: colourAt(2, 2),
      topRight: colourAt(right, 2),
      bottomLeft: colourAt(2, bottom),
      bottomRight: colourAt(right, bottom),
    },
    /** The metadata in the file. */
    fields: [...image.getFields()].filter((name) => /exif|xmp|iptc|icc|png-comment|orientation/.test(name)),
  };
}

/** Text that metadata in test pictures contains: no model may get it. */
export const secretPlace = 'PLACE-36.5271N-6.2886W';

/** Exif (TIFF, little endian) with an orientation and a place as the text of its GPS. */
export function exif(orientation: number): Buffer {
  const entry = (tag: number, type: number, count: number, value: number) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(count, 4);
    bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  const directory = (...entries: Buffer[]) => {
    const count = Buffer.alloc(2);
    count.writeUInt16LE(entries.length);
    return Buffer.concat([count, ...entries, Buffer.alloc(4)]);
  };
  const text = Buffer.from(`${secretPlace}\0`);
  const [ifd0, ifd0Bytes, gpsBytes] = [8, 2 + 3 * 12 + 4, 2 + 12 + 4];
  const gps = ifd0 + ifd0Bytes;
  const data = gps + gpsBytes;
  return Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    directory(entry(0x0110, 2, text.length, data), entry(0x0112, 3, 1, orientation), entry(0x8825, 4, 1, gps)),
    // GPSAreaInformation
    directory(entry(0x001c, 7, text.length, data)),
    text,
  ]);
}

const uint32 = (value: number, order: 'BE' | 'LE') => {
  const bytes = Buffer.alloc(4);
  if (order === 'BE') bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
};

/** A JPEG with segments for Exif, XMP and a comment, and a text after its end. */
export function withJpegMetadata(jpeg: Buffer, orientation: number): Buffer {
  const segment = (marker: number, data: Buffer) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(data.length + 2, 2);
    return Buffer.concat([head, data]);
  };
  return Buffer.concat([
    jpeg.subarray(0, 2),
    segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif(orientation)])),
    segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/">${secretPlace}</x:xmpmeta>`)),
    segment(0xfe, Buffer.from(secretPlace)),
    jpeg.subarray(2),
    Buffer.from(secretPlace),
  ]);
}

/** A PNG with the chunks tEXt and eXIf. */
export function withPngMetadata(png: Buffer, orientation = 1): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const content = Buffer.concat([Buffer.from(type), data]);
    return Buffer.concat([uint32(data.length, 'BE'), content, uint32(crc32(content), 'BE')]);
  };
  const afterHeader = 8 + 25;
  const text = chunk('tEXt', Buffer.from(`Comment\0${secretPlace}`));
  return Buffer.concat([png.subarray(0, afterHeader), text, chunk('eXIf', exif(orientation)), png.subarray(afterHeader)]);
}

/** A WebP in the extended format, with the chunk EXIF. */
export function withWebpMetadata(webp: Buffer, orientation: number, { width = 64, height = 32 } = {}): Buffer {
  const chunk = (type: string, data: Buffer) =>
    Buffer.concat([Buffer.from(type), uint32(data.length, 'LE'), data, Buffer.alloc(data.length % 2)]);
  const header = Buffer.alloc(10);
  const hasExif = 0x08;
  header[0] = hasExif;
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const chunks = Buffer.concat([Buffer.from('WEBP'), chunk('VP8X', header), webp.subarray(12), chunk('EXIF', exif(orientation))]);
  return Buffer.concat([Buffer.from('RIFF'), uint32(chunks.length, 'LE'), chunks]);
}

export const dataUrl = (bytes: Uint8Array, type: string) => `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;
